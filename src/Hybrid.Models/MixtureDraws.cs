using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>Draws from a mixture of diagonal Gaussians: a component for each row, then a point of it.</summary>
static class MixtureDraws
{
    #region mixture-draws
    /// <summary>Draws each row of z[B, D]; equal seeds give equal bits, on every device.</summary>
    /// <param name="device">Where.</param>
    /// <param name="mu">Means, [K, D].</param>
    /// <param name="logVar">Log-variances, [K, D]: a deviation is e^(ℓ/2).</param>
    /// <param name="weights">[K], whatever they sum to.</param>
    /// <param name="z">[B, D].</param>
    /// <param name="seed">Of components and noise.</param>
    public static void Into(
        Device device, Tensor mu, Tensor logVar, ReadOnlySpan<double> weights, Tensor z, ulong seed)
    {
        var indices = device.Arena.Allocate(z.Rows, 1);
        device.Upload(Choose(z.Rows, weights, seed), indices);
        Tensor Chosen(Tensor of)
        {
            var rows = device.Arena.Allocate(z.Rows, z.Cols);
            device.Ops.GatherRows(of, indices, rows);
            return rows;
        }
        var noise = new Noise(seed, 0, Streams.Prior);
        device.Ops.ReparameterizeKl(Chosen(mu), Chosen(logVar), noise, z, device.Arena.Allocate(z.Rows, 1));
    }
    #endregion

    /// <summary>A component for each row: where a uniform number falls among the sums of the weights.</summary>
    static int[] Choose(int rows, ReadOnlySpan<double> weights, ulong seed)
    {
        var sums = new double[weights.Length];
        double sum = 0;
        for (var k = 0; k < sums.Length; k++) sums[k] = sum += weights[k];
        var noise = new Noise(seed, 0, Streams.Component);
        var chosen = new int[rows];
        for (var i = 0; i < rows; i++)
        {
            var u = U32.ToUnit(Philox.Draw<U32, F32>(new U32((uint)i), 0, noise).W0).V;
            var k = Array.BinarySearch(sums, u * sum);
            chosen[i] = Math.Min(sums.Length - 1, k < 0 ? ~k : k + 1);
        }
        return chosen;
    }
}
