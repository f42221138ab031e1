namespace Hybrid.Ptx;

/// <summary>Where lanes that part at a branch meet again.</summary>
/// <remarks>
/// At the immediate post-dominator of the branch: the first instruction that every way from it to the end passes.
/// That is where compilers place the reconvergence of a warp.
/// </remarks>
static class ControlFlow
{
    /// <summary>
    /// For each instruction that branches, the index of the one where its lanes meet; the code's length for the end.
    /// </summary>
    /// <param name="count">Instructions.</param>
    /// <param name="successors">Where each may go on; empty where the thread ends.</param>
    /// <param name="branches">The ones that are asked about.</param>
    public static Dictionary<int, int> Meetings(int count, Func<int, int[]> successors, IEnumerable<int> branches)
    {
        // after[i]: everything that all ways from i pass, i included, as bits; node `count` is the end.
        var words = count / 64 + 1;
        var after = new ulong[count + 1][];
        for (var i = 0; i <= count; i++)
        {
            after[i] = new ulong[words];
            if (i < count) Array.Fill(after[i], ulong.MaxValue);
        }
        after[count][count / 64] = 1UL << (count % 64);
        for (var changed = true; changed;)
        {
            changed = false;
            for (var i = count - 1; i >= 0; i--)
            {
                var next = successors(i);
                var common = (ulong[])after[next.Length == 0 ? count : next[0]].Clone();
                foreach (var other in next.AsSpan(Math.Min(1, next.Length)))
                    for (var w = 0; w < words; w++) common[w] &= after[other][w];
                common[i / 64] |= 1UL << (i % 64);
                if (common.AsSpan().SequenceEqual(after[i])) continue;
                after[i] = common;
                changed = true;
            }
        }
        return branches.ToDictionary(branch => branch, branch => Nearest(after, branch, count));
    }

    /// <summary>Of the post-dominators of a node, the one that all the others post-dominate.</summary>
    static int Nearest(ulong[][] after, int node, int count)
    {
        var most = -1;
        var nearest = count;
        for (var i = 0; i <= count; i++)
        {
            if (i == node || (after[node][i / 64] >> (i % 64) & 1) == 0) continue;
            var behind = after[i].Sum(System.Numerics.BitOperations.PopCount);
            if (behind > most) (most, nearest) = (behind, i);
        }
        return nearest;
    }
}
