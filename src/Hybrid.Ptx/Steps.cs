using System.Numerics;

namespace Hybrid.Ptx;

/// <summary>An instruction ready to run on the lanes of a warp.</summary>
abstract class Step(Instruction instruction)
{
    public Instruction Instruction => instruction;

    /// <summary>The register of the guard; −1 where there is none.</summary>
    public int GuardRegister { get; set; } = -1;

    public abstract void Run(Warp warp, uint lanes);

    /// <summary>Of these lanes, those that the guard lets through.</summary>
    public uint LanesFor(Warp warp, uint lanes)
    {
        if (GuardRegister < 0) return lanes;
        uint through = 0;
        var wanted = instruction.Guard!.Negated ? 0UL : 1UL;
        for (var l = 0; l < Warp.Lanes; l++)
            if ((warp.Registers[GuardRegister + l] & 1) == wanted) through |= 1u << l;
        return lanes & through;
    }

    /// <summary>The lanes of a mask, ascending.</summary>
    protected static int NextLane(ref uint lanes)
    {
        var lane = BitOperations.TrailingZeroCount(lanes);
        lanes &= lanes - 1;
        return lane;
    }
}

/// <summary>Goes on elsewhere.</summary>
sealed class Branch(Instruction instruction, int target) : Step(instruction)
{
    public int Target => target;

    public bool IsConditional => GuardRegister >= 0;

    /// <summary>Where lanes that part here meet again.</summary>
    public int Meeting { get; set; }

    public override void Run(Warp warp, uint lanes) => throw new InvalidOperationException();
}

/// <summary>The thread ends.</summary>
sealed class Exit(Instruction instruction) : Step(instruction)
{
    public override void Run(Warp warp, uint lanes) => throw new InvalidOperationException();
}

sealed class UnaryStep(Instruction instruction, int to, int a, Func<ulong, ulong> function) : Step(instruction)
{
    public override void Run(Warp warp, uint lanes)
    {
        var r = warp.Registers;
        while (lanes != 0)
        {
            var l = NextLane(ref lanes);
            r[to + l] = function(r[a + l]);
        }
    }
}

sealed class BinaryStep(Instruction instruction, int to, int a, int b, Func<ulong, ulong, ulong> function)
    : Step(instruction)
{
    public override void Run(Warp warp, uint lanes)
    {
        var r = warp.Registers;
        while (lanes != 0)
        {
            var l = NextLane(ref lanes);
            r[to + l] = function(r[a + l], r[b + l]);
        }
    }
}

sealed class TernaryStep(
    Instruction instruction, int to, int a, int b, int c, Func<ulong, ulong, ulong, ulong> function)
    : Step(instruction)
{
    readonly bool fused = instruction.Opcode is "fma.rn.f32";

    public override void Run(Warp warp, uint lanes)
    {
        var r = warp.Registers;
        if (fused) warp.Block.Launch.Counters.FusedSteps += uint.PopCount(lanes);
        while (lanes != 0)
        {
            var l = NextLane(ref lanes);
            r[to + l] = function(r[a + l], r[b + l], r[c + l]);
        }
    }
}

/// <summary><c>setp</c>: a comparison into a predicate, and its opposite into a second one.</summary>
sealed class CompareStep(
    Instruction instruction, int to, int opposite, int a, int b, Func<ulong, ulong, bool> test) : Step(instruction)
{
    public override void Run(Warp warp, uint lanes)
    {
        var r = warp.Registers;
        while (lanes != 0)
        {
            var l = NextLane(ref lanes);
            var result = test(r[a + l], r[b + l]) ? 1UL : 0;
            r[to + l] = result;
            if (opposite >= 0) r[opposite + l] = result ^ 1;
        }
    }
}

/// <summary><c>bar.sync</c>: the block meets.</summary>
sealed class BarrierStep(Instruction instruction) : Step(instruction)
{
    public override void Run(Warp warp, uint lanes)
    {
        if (lanes != warp.Alive)
            throw warp.Fault(FaultKind.BarrierDivergence, this, BitOperations.TrailingZeroCount(lanes),
                $"{uint.PopCount(lanes)} of {uint.PopCount(warp.Alive)} threads of the warp are here");
        warp.Block.Launch.Counters.Barriers++;
        warp.AtBarrier = true;
    }
}

/// <summary><c>bar.warp.sync</c>: the lanes of a warp meet.</summary>
sealed class WarpBarrierStep(Instruction instruction) : Step(instruction)
{
    public override void Run(Warp warp, uint lanes)
    {
        if (lanes != warp.Alive)
            throw warp.Fault(FaultKind.BarrierDivergence, this, BitOperations.TrailingZeroCount(lanes),
                $"{uint.PopCount(lanes)} of {uint.PopCount(warp.Alive)} threads of the warp are here");
        warp.Epoch++;
    }
}

/// <summary>Fences and hints: in order already, here.</summary>
sealed class NothingStep(Instruction instruction) : Step(instruction)
{
    public override void Run(Warp warp, uint lanes) { }
}
