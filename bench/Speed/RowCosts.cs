using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Bench;

/// <summary>What a launch moves and computes: the formulas' stated costs, and the words around them.</summary>
static class RowCosts
{
    /// <summary>Reads mu and logVar, adds up a row's terms, writes one number.</summary>
    public static Cost Kl(long b, long d) => Rows<KlStandardNormal>(b, d);

    public static Cost Bernoulli(long b, long d) => Rows<BernoulliNll>(b, d);

    public static Cost Gaussian(long b, long d) => Rows<GaussianNll>(b, d);

    /// <summary>As <see cref="Kl"/>, and z is written; the noise is made in place and not counted as flops.</summary>
    public static Cost Reparameterize(long b, long d) =>
        Kl(b, d) + b * d * (Cost.Of<Reparameterize>() + new Cost(0, 4, 0, 0));

    /// <summary>Reads p, g, m and v, writes p, m and v; beside the three formulas 7 flops bind them together.</summary>
    public static Cost Adam(long n) => n * (
        Cost.Of<MovingAverage>() + Cost.Of<MovingAverage>() + Cost.Of<AdamDirection>() + new Cost(16, 12, 7, 0));

    /// <summary>act(x·w + bias): every operand is read once, the product is written once.</summary>
    public static Cost Affine(long b, long n, long k) =>
        Product(b, n, k) + new Cost(4 * n, 0, 2 * b * n, 0);

    /// <summary>C[M, N] = A[M, K]·B[K, N].</summary>
    public static Cost Product(long m, long n, long k) => new(4 * (m * k + k * n), 4 * m * n, 2 * m * n * k, 0);

    static Cost Rows<TFormula>(long b, long d) where TFormula : IFormula =>
        b * d * (Cost.Of<TFormula>() + new Cost(8, 0, 1, 0)) + new Cost(0, 4 * b, 0, 0);
}
