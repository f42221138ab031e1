namespace Hybrid.Training.Data;

/// <summary>The order in which an epoch visits the rows: a pure function, so a resumed run sees the same
/// batches.</summary>
public static class Shuffle
{
    /// <summary>Writes the permutation of epoch <paramref name="epoch"/> into <paramref name="rows"/>,
    /// without allocating. Every permutation is as likely as any other (up to the 64-bit seed).</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">Counted from 0.</param>
    /// <param name="rows">Shape [N]: becomes a permutation of 0 … N − 1, whatever it held before.</param>
    /// <remarks>Durstenfeld 1964, algorithm 235, driven by <see cref="SplitMix64"/>.</remarks>
    public static void Epoch(ulong seed, long epoch, Span<int> rows)
    {
        var random = SplitMix64.Of(seed, (ulong)epoch);
        for (var i = 0; i < rows.Length; i++) rows[i] = i;
        for (var i = rows.Length - 1; i > 0; i--)
        {
            var j = (int)random.Below((ulong)i + 1);
            (rows[i], rows[j]) = (rows[j], rows[i]);
        }
    }
}
