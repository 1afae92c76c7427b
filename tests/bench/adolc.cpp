// The same network as engine.c's with ADOL-C: adolc EXAMPLES RUNS OPERATIONS
//
// Prints nanoseconds an operation, of which there are as many as ours, where every step is taped and
// where one tape is evaluated again, and the bytes of tape for an operation. The tape stays in memory.
#include <adolc/adolc.h>

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

namespace {

constexpr std::size_t inputs = 3, hidden = 16;
constexpr std::size_t parameters = hidden * (inputs + 1) + hidden * (hidden + 1) + (hidden + 1);

double now()
{
    timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return 1e9 * static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec);
}

double median(std::vector<double> times)
{
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

double resident()
{
    rusage use;
    getrusage(RUSAGE_SELF, &use);
    return 1024.0 * static_cast<double>(use.ru_maxrss);
}

template <class In>
void layer(const adouble *&w, const In *in, std::size_t n, adouble *out, std::size_t n_out)
{
    for (std::size_t j = 0; j < n_out; j++, w += n + 1) {
        adouble sum = w[n];
        for (std::size_t i = 0; i < n; i++)
            sum += w[i] * in[i];
        out[j] = tanh(sum);
    }
}

// Records the loss on tape 1, its values being kept for the way back.
double tape(const std::vector<double> &start, const std::vector<double> &x, const std::vector<double> &y)
{
    const std::size_t room = 1u << 26;
    trace_on(1, 1, room, room, room, room);
    std::vector<adouble> w(parameters);
    for (std::size_t i = 0; i < parameters; i++)
        w[i] <<= start[i];
    adouble loss = 0.0;
    std::vector<adouble> a(hidden), b(hidden), out(1);
    for (std::size_t e = 0; e < y.size(); e++) {
        const adouble *at = w.data();
        layer(at, &x[inputs * e], inputs, a.data(), hidden);
        layer(at, a.data(), hidden, b.data(), hidden);
        layer(at, b.data(), hidden, out.data(), 1);
        adouble error = out[0] - y[e];
        loss += error * error;
    }
    double result = 0.0;
    loss >>= result;
    trace_off();
    return result;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    const std::size_t examples = std::strtoul(argv[1], nullptr, 10), runs = std::strtoul(argv[2], nullptr, 10);
    const double ops = std::strtod(argv[3], nullptr);
    std::vector<double> w(parameters), x(inputs * examples), y(examples), gradient_of(parameters);
    unsigned state = 1;
    const auto random = [&state] {
        state = state * 1664525u + 1013904223u;
        return static_cast<double>(state >> 8) / (1 << 23) - 1.0;
    };
    for (double &v : w)
        v = random();
    for (double &v : x)
        v = random();
    for (double &v : y)
        v = random() > 0.0 ? 1.0 : -1.0;
    std::vector<double> taped(runs), again(runs);
    const double empty = resident();
    const double one = 1.0;
    double check = 0.0;
    for (double &time : taped) {
        const double start = now();
        check += tape(w, x, y);
        reverse(1, 1, static_cast<int>(parameters), 0, one, gradient_of.data());
        time = now() - start;
    }
    const double bytes = resident() - empty;
    for (double &time : again) {
        const double start = now();
        gradient(1, static_cast<int>(parameters), w.data(), gradient_of.data());
        time = now() - start;
    }
    std::printf("%.2f %.2f %.1f\n", median(taped) / ops, median(again) / ops, bytes / ops);
    return !(check > 0.0);
}
