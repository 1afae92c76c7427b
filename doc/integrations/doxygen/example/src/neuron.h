/** @file
 * A neuron by hand. */

/** @mainpage Gradients by hand
 *
 * A neuron with two inputs:
 *
 * \dotgrad{neuron.dg,A neuron with two inputs}
 *
 * See neuron(), too. */

/** The output of a neuron with the inputs @p x1 and @p x2:
 *
 * @dotgrad{neuron.dg}
 *
 * and the same again, since a picture may be used twice:
 *
 * @dotgrad{neuron.dg}
 *
 * @return tanh(x1*w1 + x2*w2 + b). */
double neuron(double x1, double x2);
