using Hybrid.Devices;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>The classes that a diffusion in training is told: each row's own, and of some rows none.</summary>
/// <remarks>
/// Ho &amp; Salimans 2022, arXiv:2207.12598, algorithm 1: what is told of a part of the rows only makes one network that
/// of p(x | y) and of p(x). Which rows is a function of seed and epoch.
/// </remarks>
sealed class ToldClasses
{
    /// <summary>Apart from the streams of shuffles, of levels and of measurements of the loss.</summary>
    const ulong Stream = 3UL << 32;

    readonly Device device;
    readonly int[] classes, told;
    readonly int none;
    readonly double dropout;
    readonly ulong seed;
    readonly Tensor rows, ofRows;

    /// <param name="device">Where batches lie.</param>
    /// <param name="data">The points and their classes.</param>
    /// <param name="dropout">Part of the rows that are told none.</param>
    /// <param name="seed">Of which these are.</param>
    /// <param name="count">Rows of an epoch.</param>
    public ToldClasses(Device device, Points data, double dropout, ulong seed, int count)
    {
        (this.device, this.dropout, this.seed) = (device, dropout, seed);
        (classes, none, told) = (data.RequireClasses(), data.ClassCount, new int[count]);
        // A row with a 1 for each class, and at last one without.
        var ones = new float[(none + 1) * none];
        for (var y = 0; y < none; y++) ones[y * none + y] = 1;
        (rows, ofRows) = (device.From(ones, none + 1, none), device.Arena.Allocate(count, 1));
    }

    #region epoch
    /// <summary>Draws and uploads what an epoch's rows are told.</summary>
    /// <param name="epoch">0, 1 …</param>
    /// <param name="order">Which points its rows are.</param>
    public void StartEpoch(long epoch, ReadOnlySpan<int> order)
    {
        var random = SplitMix64.Of(seed, Stream + (ulong)epoch);
        for (var i = 0; i < told.Length; i++)
            told[i] = random.Uniform() < dropout ? none : classes[order[i]];
        device.Upload(told, ofRows);
    }
    #endregion

    /// <summary>What the rows from one on are told, to y[B, C].</summary>
    public void Batch(int from, Tensor y) => device.Ops.GatherRows(rows, ofRows.RowRange(from, y.Rows), y);
}
