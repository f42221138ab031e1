using System.Runtime.CompilerServices;

namespace Hybrid.Ptx;

/// <summary>What loads and stores have in common: addresses, and what they cost.</summary>
/// <param name="instruction">The instruction.</param>
/// <param name="space">global, shared or param.</param>
/// <param name="address">The register of the base.</param>
/// <param name="offset">Bytes beyond it.</param>
/// <param name="values">Registers loaded or stored, one or a vector.</param>
/// <param name="type">Of each.</param>
abstract unsafe class MemoryStep(
    Instruction instruction, string space, int address, long offset, int[] values, string type) : Step(instruction)
{
    protected const int SectorBytes = 32, Banks = 32, BankBytes = 4;

    protected int Size { get; } = Types.Bytes(type);

    protected int Bytes { get; } = Types.Bytes(type) * values.Length;

    protected int[] Values => values;

    protected string Type => type;

    protected string Space => space;

    protected ulong AddressOf(Warp warp, int lane) => warp.Registers[address + lane] + (ulong)offset;

    protected void CheckGlobal(Warp warp, int lane, ulong at)
    {
        if (at % (ulong)Bytes != 0)
            throw warp.Fault(FaultKind.Misaligned, this, lane, $"0x{at:X} is no multiple of {Bytes}");
        if (!warp.Block.Launch.Memory.Contains(at, (ulong)Bytes))
            throw warp.Fault(FaultKind.OutOfBounds, this, lane,
                $"{Bytes} bytes at 0x{at:X}: {warp.Block.Launch.Memory.Nearest(at)}");
    }

    protected void CheckShared(Warp warp, int lane, ulong at)
    {
        if (at % (ulong)Bytes != 0)
            throw warp.Fault(FaultKind.Misaligned, this, lane, $"shared address {at} is no multiple of {Bytes}");
        if (!warp.Block.Shared.Contains(at, Bytes))
            throw warp.Fault(FaultKind.OutOfBounds, this, lane,
                $"{Bytes} bytes at shared address {(long)at} of {warp.Block.Shared.Bytes}");
    }

    protected void Check(FaultKind? kind, Warp warp, int lane, ulong at)
    {
        if (kind is { } fault)
            throw warp.Fault(fault, this, lane, $"{Bytes} bytes at shared address {at}");
    }

    /// <summary>Counts the 32-byte sectors that a warp's lanes touch.</summary>
    protected void CountSectors(Warp warp, uint lanes, bool store)
    {
        var launch = warp.Block.Launch;
        var seen = store ? launch.SectorsWritten : launch.SectorsRead;
        var sectors = stackalloc ulong[Warp.Lanes * 2];
        var count = 0;
        while (lanes != 0)
        {
            var at = AddressOf(warp, NextLane(ref lanes)) / SectorBytes;
            var known = false;
            for (var i = count - 1; i >= 0 && !known; i--) known = sectors[i] == at;
            if (known) continue;
            sectors[count++] = at;
            seen.Add(at);
        }
        if (store) (launch.Counters.GlobalStores, launch.Counters.StoreSectors) =
            (launch.Counters.GlobalStores + 1, launch.Counters.StoreSectors + count);
        else (launch.Counters.GlobalLoads, launch.Counters.LoadSectors) =
            (launch.Counters.GlobalLoads + 1, launch.Counters.LoadSectors + count);
    }

    /// <summary>
    /// Counts the rounds that shared memory needs: 32 banks of 4 bytes serve one word each a round; 8 and 16 bytes
    /// per lane come in two and four parts of a warp.
    /// </summary>
    protected void CountBanks(Warp warp, uint lanes)
    {
        var counters = warp.Block.Launch.Counters;
        counters.SharedRequests++;
        var parts = Math.Max(1, Bytes / BankBytes);
        var lanesPerPart = Warp.Lanes / parts;
        var words = stackalloc ulong[Warp.Lanes];
        var perBank = stackalloc int[Banks];
        for (var part = 0; part < parts; part++)
        {
            var mask = lanes & (uint)(((1UL << lanesPerPart) - 1) << (part * lanesPerPart));
            if (mask == 0) continue;
            new Span<int>(perBank, Banks).Clear();
            int count = 0, rounds = 1;
            while (mask != 0)
            {
                var first = AddressOf(warp, NextLane(ref mask)) / BankBytes;
                for (var w = first; w < first + (ulong)parts; w++)
                {
                    var known = false;
                    for (var i = 0; i < count && !known; i++) known = words[i] == w;
                    if (known || count == Warp.Lanes) continue;
                    words[count++] = w;
                    rounds = Math.Max(rounds, ++perBank[w % Banks]);
                }
            }
            counters.SharedRounds += rounds;
            counters.BankConflicts += rounds - 1;
        }
    }
}

/// <summary><c>ld</c>.</summary>
sealed unsafe class LoadStep(
    Instruction instruction, string space, int address, long offset, int[] values, string type)
    : MemoryStep(instruction, space, address, offset, values, type)
{
    public override void Run(Warp warp, uint lanes)
    {
        if (Space == "global") CountSectors(warp, lanes, store: false);
        else if (Space == "shared") CountBanks(warp, lanes);
        Span<byte> bytes = stackalloc byte[Bytes];
        while (lanes != 0)
        {
            var l = NextLane(ref lanes);
            var at = AddressOf(warp, l);
            switch (Space)
            {
                case "global":
                    CheckGlobal(warp, l, at);
                    new ReadOnlySpan<byte>((void*)at, Bytes).CopyTo(bytes);
                    break;
                case "shared":
                    CheckShared(warp, l, at);
                    Check(warp.Block.Shared.Read((int)at, bytes, warp.ThreadOf(l), warp.Epoch), warp, l, at);
                    break;
                default:
                    warp.Block.Launch.Arguments.AsSpan((int)at, Bytes).CopyTo(bytes);
                    break;
            }
            for (var v = 0; v < Values.Length; v++)
                warp.Registers[Values[v] + l] = Value(bytes.Slice(v * Size, Size));
        }
    }

    ulong Value(ReadOnlySpan<byte> bytes)
    {
        ulong bits = 0;
        for (var i = bytes.Length - 1; i >= 0; i--) bits = bits << 8 | bytes[i];
        return Types.Extend(bits, Type);
    }
}

/// <summary><c>st</c>.</summary>
sealed unsafe class StoreStep(
    Instruction instruction, string space, int address, long offset, int[] values, string type)
    : MemoryStep(instruction, space, address, offset, values, type)
{
    public override void Run(Warp warp, uint lanes)
    {
        if (Space == "global") CountSectors(warp, lanes, store: true);
        else CountBanks(warp, lanes);
        Span<byte> bytes = stackalloc byte[Bytes];
        while (lanes != 0)
        {
            var l = NextLane(ref lanes);
            var at = AddressOf(warp, l);
            for (var v = 0; v < Values.Length; v++)
            {
                var bits = warp.Registers[Values[v] + l];
                for (var i = 0; i < Size; i++) bytes[v * Size + i] = (byte)(bits >> (8 * i));
            }
            if (Space == "global")
            {
                CheckGlobal(warp, l, at);
                bytes.CopyTo(new Span<byte>((void*)at, Bytes));
            }
            else
            {
                CheckShared(warp, l, at);
                Check(warp.Block.Shared.Write((int)at, bytes, warp.ThreadOf(l), warp.Epoch), warp, l, at);
            }
        }
    }
}

/// <summary><c>atom</c> and <c>red</c>: lanes one after another.</summary>
/// <param name="instruction">The instruction.</param>
/// <param name="space">global or shared.</param>
/// <param name="address">The register of the base.</param>
/// <param name="offset">Bytes beyond it.</param>
/// <param name="to">Where the old value goes; −1 for red.</param>
/// <param name="b">The operand.</param>
/// <param name="c">cas's second one; −1 otherwise.</param>
/// <param name="type">Of the number.</param>
/// <param name="change">old, b, c → new.</param>
sealed unsafe class AtomicStep(
    Instruction instruction, string space, int address, long offset, int to, int b, int c, string type,
    Func<ulong, ulong, ulong, ulong> change)
    : MemoryStep(instruction, space, address, offset, [b], type)
{
    public override void Run(Warp warp, uint lanes)
    {
        var r = warp.Registers;
        if (Space == "global") CountSectors(warp, lanes, store: true);
        else CountBanks(warp, lanes);
        while (lanes != 0)
        {
            var l = NextLane(ref lanes);
            var at = AddressOf(warp, l);
            ulong first = r[b + l], second = c < 0 ? 0 : r[c + l], old;
            if (Space == "global")
            {
                CheckGlobal(warp, l, at);
                old = Bytes == 4 ? Unsafe.Read<uint>((void*)at) : Unsafe.Read<ulong>((void*)at);
                var changed = change(old, first, second);
                if (Bytes == 4) Unsafe.Write((void*)at, (uint)changed);
                else Unsafe.Write((void*)at, changed);
            }
            else
            {
                CheckShared(warp, l, at);
                Check(warp.Block.Shared.Update((int)at, Bytes, x => change(x, first, second), out old), warp, l, at);
            }
            if (to >= 0) r[to + l] = old;
        }
    }
}
