/* The commands of mathematics in labels. */
#include "draw/style/math.h"

#include <string.h>

#define SYMBOL(name, text, words, class)                                                           \
    {                                                                                              \
        name, text, words, DGI_MATH_SET_SYMBOL, class, false, 0                                    \
    }
#define LETTER(name, text)                                                                         \
    {                                                                                              \
        name, text, NULL, DGI_MATH_SET_SYMBOL, DGI_MATH_ORDINARY, true, 0                          \
    }
#define CAPITAL(name, text) SYMBOL(name, text, NULL, DGI_MATH_ORDINARY)
#define FUNCTION(name) SYMBOL(name, name, NULL, DGI_MATH_OPERATOR)
#define CHARACTER(c, class) SYMBOL(c, c, c, class)
#define SPACE(name, eighteenths)                                                                   \
    {                                                                                              \
        name, " ", "", DGI_MATH_SET_SPACE, 0, false, eighteenths                                   \
    }
#define ACCENT(name, text)                                                                         \
    {                                                                                              \
        name, text, NULL, DGI_MATH_SET_ACCENT, 0, false, 0                                         \
    }
#define COMMAND(name, action)                                                                      \
    {                                                                                              \
        name, "", "", action, 0, false, 0                                                          \
    }

static const dgi_math_command commands[] = {
    LETTER("alpha", "α"),
    LETTER("beta", "β"),
    LETTER("gamma", "γ"),
    LETTER("delta", "δ"),
    LETTER("epsilon", "ε"),
    LETTER("varepsilon", "ε"),
    LETTER("zeta", "ζ"),
    LETTER("eta", "η"),
    LETTER("theta", "θ"),
    LETTER("vartheta", "ϑ"),
    LETTER("iota", "ι"),
    LETTER("kappa", "κ"),
    LETTER("lambda", "λ"),
    LETTER("mu", "μ"),
    LETTER("nu", "ν"),
    LETTER("xi", "ξ"),
    LETTER("omicron", "ο"),
    LETTER("pi", "π"),
    LETTER("rho", "ρ"),
    LETTER("sigma", "σ"),
    LETTER("varsigma", "ς"),
    LETTER("tau", "τ"),
    LETTER("upsilon", "υ"),
    LETTER("phi", "φ"),
    LETTER("varphi", "φ"),
    LETTER("chi", "χ"),
    LETTER("psi", "ψ"),
    LETTER("omega", "ω"),
    LETTER("ell", "ℓ"),
    /* As in TeX, capitals are upright. */
    CAPITAL("Alpha", "Α"),
    CAPITAL("Beta", "Β"),
    CAPITAL("Gamma", "Γ"),
    CAPITAL("Delta", "Δ"),
    CAPITAL("Epsilon", "Ε"),
    CAPITAL("Zeta", "Ζ"),
    CAPITAL("Eta", "Η"),
    CAPITAL("Theta", "Θ"),
    CAPITAL("Iota", "Ι"),
    CAPITAL("Kappa", "Κ"),
    CAPITAL("Lambda", "Λ"),
    CAPITAL("Mu", "Μ"),
    CAPITAL("Nu", "Ν"),
    CAPITAL("Xi", "Ξ"),
    CAPITAL("Omicron", "Ο"),
    CAPITAL("Pi", "Π"),
    CAPITAL("Rho", "Ρ"),
    CAPITAL("Sigma", "Σ"),
    CAPITAL("Tau", "Τ"),
    CAPITAL("Upsilon", "Υ"),
    CAPITAL("Phi", "Φ"),
    CAPITAL("Chi", "Χ"),
    CAPITAL("Psi", "Ψ"),
    CAPITAL("Omega", "Ω"),
    SYMBOL("partial", "∂", NULL, DGI_MATH_ORDINARY),
    SYMBOL("nabla", "∇", NULL, DGI_MATH_ORDINARY),
    SYMBOL("infty", "∞", "infinity", DGI_MATH_ORDINARY),
    SYMBOL("top", "⊤", NULL, DGI_MATH_ORDINARY),
    SYMBOL("ldots", "…", "dots", DGI_MATH_ORDINARY),
    SYMBOL("cdots", "…", "dots", DGI_MATH_ORDINARY),
    SYMBOL("dots", "…", "dots", DGI_MATH_ORDINARY),
    SYMBOL("prime", "′", NULL, DGI_MATH_ORDINARY),
    SYMBOL("sum", "∑", NULL, DGI_MATH_OPERATOR),
    SYMBOL("prod", "∏", "product", DGI_MATH_OPERATOR),
    SYMBOL("int", "∫", "integral", DGI_MATH_OPERATOR),
    SYMBOL("cdot", "·", "times", DGI_MATH_BINARY),
    SYMBOL("times", "×", NULL, DGI_MATH_BINARY),
    SYMBOL("odot", "⊙", NULL, DGI_MATH_BINARY),
    SYMBOL("pm", "±", "plus or minus", DGI_MATH_BINARY),
    SYMBOL("le", "≤", "at most", DGI_MATH_RELATION),
    SYMBOL("leq", "≤", "at most", DGI_MATH_RELATION),
    SYMBOL("ge", "≥", "at least", DGI_MATH_RELATION),
    SYMBOL("geq", "≥", "at least", DGI_MATH_RELATION),
    SYMBOL("ne", "≠", "not equal to", DGI_MATH_RELATION),
    SYMBOL("neq", "≠", "not equal to", DGI_MATH_RELATION),
    SYMBOL("approx", "≈", "about", DGI_MATH_RELATION),
    SYMBOL("in", "∈", NULL, DGI_MATH_RELATION),
    SYMBOL("to", "→", NULL, DGI_MATH_RELATION),
    SYMBOL("rightarrow", "→", "to", DGI_MATH_RELATION),
    SYMBOL("leftarrow", "←", "from", DGI_MATH_RELATION),
    SYMBOL("gets", "←", "from", DGI_MATH_RELATION),
    SYMBOL("mid", "|", "given", DGI_MATH_RELATION),
    FUNCTION("exp"),
    FUNCTION("log"),
    FUNCTION("ln"),
    FUNCTION("sin"),
    FUNCTION("cos"),
    FUNCTION("tan"),
    FUNCTION("sinh"),
    FUNCTION("cosh"),
    FUNCTION("tanh"),
    FUNCTION("arctan"),
    FUNCTION("max"),
    FUNCTION("min"),
    FUNCTION("arg"),
    FUNCTION("det"),
    FUNCTION("lim"),
    SYMBOL("sup", "sup", "supremum", DGI_MATH_OPERATOR),
    SYMBOL("inf", "inf", "infimum", DGI_MATH_OPERATOR),
    CHARACTER("$", DGI_MATH_ORDINARY),
    CHARACTER("%", DGI_MATH_ORDINARY),
    CHARACTER("&", DGI_MATH_ORDINARY),
    CHARACTER("#", DGI_MATH_ORDINARY),
    CHARACTER("_", DGI_MATH_ORDINARY),
    CHARACTER("{", DGI_MATH_OPENING),
    CHARACTER("}", DGI_MATH_CLOSING),
    SYMBOL("|", "||", "||", DGI_MATH_ORDINARY),
    SYMBOL("lVert", "||", "||", DGI_MATH_OPENING),
    SYMBOL("rVert", "||", "||", DGI_MATH_CLOSING),
    SPACE("!", -3),
    SPACE(",", 3),
    SPACE(":", 4),
    SPACE(";", 5),
    SPACE(" ", 5),
    SPACE("quad", 18),
    ACCENT("hat", "ˆ"),
    ACCENT("tilde", "˜"),
    ACCENT("dot", "˙"),
    ACCENT("vec", "→"),
    ACCENT("bar", ""),
    {"overline", "", "bar", DGI_MATH_SET_ACCENT, 0, false, 0},
    {"widehat", "ˆ", "hat", DGI_MATH_SET_ACCENT, 0, false, 0},
    COMMAND("frac", DGI_MATH_SET_FRACTION),
    COMMAND("dfrac", DGI_MATH_SET_FRACTION),
    COMMAND("tfrac", DGI_MATH_SET_FRACTION),
    COMMAND("sqrt", DGI_MATH_SET_ROOT),
    COMMAND("mathbf", DGI_MATH_SET_BOLD),
    COMMAND("boldsymbol", DGI_MATH_SET_BOLD_SYMBOL),
    COMMAND("bm", DGI_MATH_SET_BOLD_SYMBOL),
    COMMAND("mathrm", DGI_MATH_SET_UPRIGHT),
    COMMAND("mathit", DGI_MATH_SET_ITALIC),
    COMMAND("mathcal", DGI_MATH_SET_SCRIPT),
    COMMAND("mathbb", DGI_MATH_SET_BLACKBOARD),
    COMMAND("text", DGI_MATH_SET_TEXT),
    COMMAND("textrm", DGI_MATH_SET_TEXT),
    COMMAND("mbox", DGI_MATH_SET_TEXT),
    COMMAND("operatorname", DGI_MATH_SET_NAME),
    COMMAND("left", DGI_MATH_IGNORE),
    COMMAND("right", DGI_MATH_IGNORE),
};

const dgi_math_command *dgi_math_find_command(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strncmp(commands[i].name, name, size) == 0 && commands[i].name[size] == '\0')
            return &commands[i];
    return NULL;
}

/* Unicode has some of these letters among its letterlike symbols, which many fonts have; the others
 * are in a plane that most have not. */
typedef struct letter {
    char letter;
    const char *text;
} letter;

static const char *find_letter(const letter *all, size_t n, char c)
{
    for (size_t i = 0; i < n; i++)
        if (all[i].letter == c)
            return all[i].text;
    return NULL;
}

const char *dgi_math_script_letter(char c)
{
    static const letter all[] = {{'B', "ℬ"}, {'E', "ℰ"}, {'F', "ℱ"}, {'H', "ℋ"},
                                 {'I', "ℐ"}, {'L', "ℒ"}, {'M', "ℳ"}, {'R', "ℛ"}};
    return find_letter(all, sizeof all / sizeof *all, c);
}

const char *dgi_math_blackboard_letter(char c)
{
    static const letter all[] = {{'C', "ℂ"}, {'H', "ℍ"}, {'N', "ℕ"}, {'P', "ℙ"},
                                 {'Q', "ℚ"}, {'R', "ℝ"}, {'Z', "ℤ"}};
    return find_letter(all, sizeof all / sizeof *all, c);
}
