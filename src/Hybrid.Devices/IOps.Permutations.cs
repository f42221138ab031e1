namespace Hybrid.Devices;

public partial interface IOps
{
    /// <summary>y[r, d] = x[b, d], r the rank of keys[b, d] in its column: each column in an order of its own.</summary>
    /// <remarks>Equal keys keep the order of their rows. No row of y is left out, and none is written twice.</remarks>
    /// <param name="x">[B, D].</param>
    /// <param name="keys">[B, D], numbers.</param>
    /// <param name="y">[B, D], another tensor.</param>
    void PermuteColumns(Tensor x, Tensor keys, Tensor y);
}
