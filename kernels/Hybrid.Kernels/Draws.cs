using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>What becomes of each number of a [B, D] tensor of noise.</summary>
public interface INoiseTaker
{
    /// <summary>Columns.</summary>
    int D { get; }

    void Take(int row, int d, F32 number);
}

/// <summary>
/// The project's layout of noise, for a thread: one Philox call feeds four elements of a
/// row.
/// </summary>
/// <remarks>
/// Element (b, d) takes word ⌊d/32⌋ mod 4 of the counter (32·⌊d/128⌋ + d mod 32, b). A
/// thread with counter x so owns columns <see cref="Column"/>(x) + 0, 32, 64, 96.
/// </remarks>
public static class Draws
{
    /// <summary>Columns from one element of a counter to its next.</summary>
    public const int Apart = 32;

    /// <summary>
    /// The first column of counter <paramref name="x"/>: 128·⌊x/32⌋ + x mod 32.
    /// </summary>
    public static int Column(int x) => ((x >> 5) << 7) + (x & 31);

    /// <summary>Counters that a row of <paramref name="columns"/> needs.</summary>
    public static int Counters(int columns)
    {
        var rest = columns & 127;
        return ((columns >> 7) << 5) + (rest < 32 ? rest : 32);
    }

    /// <summary>Four uniform numbers in [0, 1).</summary>
    public static Words4<F32> Uniforms(int x, int row, in Noise noise)
    {
        var words = Philox.Draw<U32, F32>(new((uint)x), (uint)row, noise);
        return new(
            U32.ToUnit(words.W0), U32.ToUnit(words.W1),
            U32.ToUnit(words.W2), U32.ToUnit(words.W3));
    }

    /// <summary>
    /// Four standard normal numbers: a pair from words 0, 1 and a pair from words 2, 3.
    /// </summary>
    public static Words4<F32> Normals(int x, int row, in Noise noise)
    {
        var u = Uniforms(x, row, noise);
        var (n0, n1) = Normal.BoxMuller(u.W0, u.W1);
        var (n2, n3) = Normal.BoxMuller(u.W2, u.W3);
        return new(n0, n1, n2, n3);
    }

    /// <summary>Gives a counter's four numbers to the columns that it owns.</summary>
    public static void Give<T>(T taker, Words4<F32> numbers, int row, int x)
        where T : struct, INoiseTaker
    {
        var d = Column(x);
        taker.Take(row, d, numbers.W0);
        if ((d += Apart) < taker.D) taker.Take(row, d, numbers.W1);
        if ((d += Apart) < taker.D) taker.Take(row, d, numbers.W2);
        if ((d += Apart) < taker.D) taker.Take(row, d, numbers.W3);
    }

    /// <summary>
    /// The normal number of one element: a whole call for a quarter of its result.
    /// </summary>
    public static F32 NormalAt(int row, int d, in Noise noise)
    {
        var n = Normals(((d >> 7) << 5) + (d & 31), row, noise);
        var low = (d & 32) == 0 ? n.W0 : n.W1;
        var high = (d & 32) == 0 ? n.W2 : n.W3;
        return (d & 64) == 0 ? low : high;
    }

    /// <summary>
    /// What the normal numbers of a [B, D] tensor cost, wherever they go.
    /// </summary>
    /// <remarks>
    /// Each scales a word; a pair makes 1 − u, −2·log, √ and two products, and calls log,
    /// sine and cosine. Philox itself is integer work.
    /// </remarks>
    public static Cost NormalsCost(long b, long d) =>
        b * d * new Cost(0, 0, 1, 0) + b * ((d + 1) / 2) * new Cost(0, 0, 5, 3);
}
