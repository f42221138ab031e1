using Hybrid.Formulas;

namespace Hybrid.Devices;

public partial interface IOps
{
    /// <summary>y[c] = Σ x² of the c-th <see cref="GradientClip.Chunk"/> numbers of a dense vector.</summary>
    /// <remarks>32 partial sums of each chunk and a butterfly.</remarks>
    /// <param name="x">[n, 1].</param>
    /// <param name="y">A number for each chunk, begun or full.</param>
    void SquareSums(Tensor x, Tensor y);

    /// <summary>x·min(1, limit/√squares) in place (<see cref="GradientClip"/>), of a dense vector x[n, 1].</summary>
    /// <param name="x">[n, 1].</param>
    /// <param name="squares">Σ x², [1, 1].</param>
    /// <param name="limit">The greatest norm, above 0.</param>
    void ClipNorm(Tensor x, Tensor squares, float limit);
}
