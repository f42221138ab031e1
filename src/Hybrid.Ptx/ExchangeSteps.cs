namespace Hybrid.Ptx;

/// <summary><c>shfl.sync</c>: a lane reads another lane's register.</summary>
/// <param name="instruction">The instruction.</param>
/// <param name="mode">up, down, bfly or idx.</param>
/// <param name="to">The result.</param>
/// <param name="inRange">Whether the source lay in range; −1 where nobody asks.</param>
/// <param name="a">What is read.</param>
/// <param name="b">The lane, or the distance.</param>
/// <param name="c">The clamp, and above it the mask of segments.</param>
/// <param name="members">Who must take part.</param>
sealed class ShuffleStep(
    Instruction instruction, string mode, int to, int inRange, int a, int b, int c, int members) : Step(instruction)
{
    public override void Run(Warp warp, uint lanes)
    {
        warp.Block.Launch.Counters.Exchanges++;
        var r = warp.Registers;
        var old = new ulong[Warp.Lanes];
        Array.Copy(r, a, old, 0, Warp.Lanes);
        for (var rest = lanes; rest != 0;)
        {
            var l = NextLane(ref rest);
            if ((lanes & (uint)r[members + l]) != ((uint)r[members + l] & warp.Alive))
                throw warp.Fault(FaultKind.InactiveSource, this, l,
                    $"members 0x{(uint)r[members + l]:X8}, but only 0x{lanes:X8} are here");
            var (source, valid) = Source(l, (int)r[b + l], (int)r[c + l]);
            if ((lanes >> source & 1) == 0)
                throw warp.Fault(FaultKind.InactiveSource, this, l, $"reads lane {source}, which is not here");
            r[to + l] = old[source];
            if (inRange >= 0) r[inRange + l] = valid ? 1UL : 0;
        }
    }

    (int Lane, bool Valid) Source(int lane, int operand, int clampAndMask)
    {
        int distance = operand & 31, clamp = clampAndMask & 31, segments = clampAndMask >> 8 & 31;
        int max = lane & segments | clamp & ~segments, min = lane & segments;
        var (source, valid) = mode switch
        {
            "up" => (lane - distance, lane - distance >= max),
            "down" => (lane + distance, lane + distance <= max),
            "bfly" => (lane ^ distance, (lane ^ distance) <= max),
            _ => (min | distance & ~segments, (min | distance & ~segments) <= max),
        };
        return valid ? (source, true) : (lane, false);
    }
}

/// <summary><c>vote.sync</c> and <c>activemask</c>: one answer for the warp.</summary>
/// <param name="instruction">The instruction.</param>
/// <param name="mode">all, any, uni, ballot, or activemask.</param>
/// <param name="to">The answer.</param>
/// <param name="predicate">What is asked; −1 for activemask.</param>
/// <param name="negated">Whether its opposite is asked.</param>
sealed class VoteStep(Instruction instruction, string mode, int to, int predicate, bool negated) : Step(instruction)
{
    public override void Run(Warp warp, uint lanes)
    {
        warp.Block.Launch.Counters.Exchanges++;
        uint yes = 0;
        for (var rest = lanes; predicate >= 0 && rest != 0;)
        {
            var l = NextLane(ref rest);
            if ((warp.Registers[predicate + l] & 1) == (negated ? 0UL : 1UL)) yes |= 1u << l;
        }
        ulong answer = mode switch
        {
            "all" => yes == lanes ? 1UL : 0,
            "any" => yes != 0 ? 1UL : 0,
            "uni" => yes == 0 || yes == lanes ? 1UL : 0,
            "ballot" => yes,
            _ => lanes,
        };
        for (var rest = lanes; rest != 0;) warp.Registers[to + NextLane(ref rest)] = answer;
    }
}
