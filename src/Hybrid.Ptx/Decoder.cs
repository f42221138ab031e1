namespace Hybrid.Ptx;

/// <summary>Turns instructions into steps: names become registers, opcodes functions.</summary>
sealed class Decoder
{
    readonly Dictionary<string, int> registers = [];
    readonly Dictionary<ulong, int> constants = [];
    readonly Dictionary<string, long> symbols = [];
    readonly Entry entry;

    /// <summary>Registers that are set once per warp: constants, and what a thread is told about itself.</summary>
    public Dictionary<int, Action<Warp, int>> Filled { get; } = [];

    public int Registers { get; private set; }

    public int ArgumentBytes { get; }

    public int SharedBytes { get; }

    public Decoder(Module module, Entry entry)
    {
        this.entry = entry;
        foreach (var parameter in entry.Parameters)
        {
            ArgumentBytes = Aligned(ArgumentBytes, parameter.Alignment);
            symbols[parameter.Name] = ArgumentBytes;
            ArgumentBytes += parameter.Bytes;
        }
        // Those of fixed size first: what the launch adds comes behind them.
        foreach (var array in module.Shared.OrderBy(array => array.Bytes == 0))
        {
            SharedBytes = Aligned(SharedBytes, array.Alignment);
            symbols[array.Name] = SharedBytes;
            SharedBytes += array.Bytes;
        }
    }

    static int Aligned(int bytes, int alignment) => (bytes + alignment - 1) / alignment * alignment;

    /// <exception cref="PtxSyntaxException">The instruction is not known.</exception>
    public Step Decode(Instruction i)
    {
        try
        {
            var step = Of(i) ?? throw new PtxSyntaxException(i.Line, $"{i.Opcode} is not known");
            if (i.Guard is { } guard) step.GuardRegister = Register(guard.Predicate);
            return step;
        }
        catch (NotSupportedException e)
        {
            throw new PtxSyntaxException(i.Line, $"{i}: {e.Message}");
        }
    }

    Step? Of(Instruction i) => i.Words[0] switch
    {
        "bra" => new Branch(i, Label(i)),
        "ret" or "exit" => new Exit(i),
        "bar" or "barrier" when i.Words.Contains("warp") => new WarpBarrierStep(i),
        "bar" or "barrier" when i.Words.Contains("sync") => new BarrierStep(i),
        "membar" or "fence" => new NothingStep(i),
        "ld" or "ldu" => Memory(i, load: true),
        "st" => Memory(i, load: false),
        "atom" or "red" => Atomic(i),
        "shfl" => Shuffle(i),
        "vote" or "activemask" => Vote(i),
        "setp" => Compare(i),
        "mma" => Matrix(i),
        "ldmatrix" => LoadMatrix(i),
        "cp" => AsyncCopy(i),
        "mov" or "cvta" => Unary(i, a => a),
        "cvt" when i.Words[^2] == "bf16x2" && i.Words[1] == "rn" && i.Words[^1] == "f32" => new BinaryStep(
            i, Register(i.Operands[0]), Value(i.Operands[1], "f32"), Value(i.Operands[2], "f32"), Conversion.ToBf16Pair),
        "cvt" => Conversion.Of(i.Words.AsSpan(1)) is { } convert ? Unary(i, convert) : null,
        _ => Arithmetical(i),
    };

    Step? Arithmetical(Instruction i)
    {
        var type = i.Words[^1];
        if (!Types.IsType(type)) return null;
        // The words that change what is computed on integers; rounding of floats is the only one there is.
        var op = i.Words.Length > 2 && i.Words[1] is "lo" or "hi" or "wide" ? $"{i.Words[0]}.{i.Words[1]}" : i.Words[0];
        if (type is "f32" or "f64" && i.Words.Any(word => word is "rz" or "rm" or "rp" or "sat" or "ftz")) return null;
        var o = i.Operands;
        return o.Count switch
        {
            2 when Arithmetic.Unary(op, type) is { } f => Unary(i, f),
            3 when Arithmetic.Binary(op, type) is { } f =>
                new BinaryStep(i, Register(o[0]), Value(o[1], type), Value(o[2], type), f),
            4 when Arithmetic.Ternary(op, type) is { } f =>
                new TernaryStep(i, Register(o[0]), Value(o[1], type), Value(o[2], type), Value(o[3], type), f),
            _ => null,
        };
    }

    UnaryStep Unary(Instruction i, Func<ulong, ulong> function) =>
        new(i, Register(i.Operands[0]), Value(i.Operands[1], i.Words[^1]), function);

    CompareStep? Compare(Instruction i)
    {
        // setp.lt.f32 p, a, b, or setp.lt.f32 p|q, a, b.
        if (Arithmetic.Compare(i.Words[1], i.Words[^1]) is not { } test) return null;
        var o = i.Operands;
        return o.Count switch
        {
            3 => new(i, Register(o[0]), -1, Value(o[1], i.Words[^1]), Value(o[2], i.Words[^1]), test),
            4 => new(i, Register(o[0]), Register(o[1]), Value(o[2], i.Words[^1]), Value(o[3], i.Words[^1]), test),
            _ => null,
        };
    }

    Step? Memory(Instruction i, bool load)
    {
        var space = i.Words.FirstOrDefault(word => word is "global" or "shared" or "param")
            ?? throw new NotSupportedException("only global, shared and param have an address here");
        var address = (Address)i.Operands[load ? 1 : 0];
        var data = i.Operands[load ? 0 : 1];
        int[] values = [.. (data is Several several ? several.Parts : [data]).Select(part => load ? Register(part) : Value(part, i.Words[^1]))];
        var (at, offset) = Place(address);
        return load
            ? new LoadStep(i, space, at, offset, values, i.Words[^1])
            : space == "param" ? null : new StoreStep(i, space, at, offset, values, i.Words[^1]);
    }

    Step? Atomic(Instruction i)
    {
        var space = i.Words.FirstOrDefault(word => word is "global" or "shared")
            ?? throw new NotSupportedException("an atomic step needs global or shared");
        var returns = i.Words[0] == "atom" ? 1 : 0;
        var (at, offset) = Place((Address)i.Operands[returns]);
        var type = i.Words[^1];
        var b = Value(i.Operands[returns + 1], type);
        var c = i.Operands.Count > returns + 2 ? Value(i.Operands[returns + 2], type) : -1;
        var op = i.Words.Last(word => word is "add" or "min" or "max" or "and" or "or" or "xor" or "exch" or "cas");
        Func<ulong, ulong, ulong, ulong>? change = op switch
        {
            "exch" => (_, x, _) => x,
            "cas" => (old, x, y) => old == x ? y : old,
            _ => Arithmetic.Binary(op, type) is { } f ? (old, x, _) => f(old, x) : null,
        };
        return change is null
            ? null
            : new AtomicStep(i, space, at, offset, returns == 1 ? Register(i.Operands[0]) : -1, b, c, type, change);
    }

    ShuffleStep? Shuffle(Instruction i)
    {
        var o = i.Operands;
        var extra = o.Count == 6 ? 1 : 0;
        return o.Count is 5 or 6
            ? new(i, i.Words[2], Register(o[0]), extra == 1 ? Register(o[1]) : -1, Value(o[1 + extra], "b32"),
                Value(o[2 + extra], "b32"), Value(o[3 + extra], "b32"), Value(o[4 + extra], "b32"))
            : null;
    }

    VoteStep Vote(Instruction i)
    {
        if (i.Words[0] == "activemask") return new(i, "activemask", Register(i.Operands[0]), -1, false);
        var text = ((Name)i.Operands[1]).Text;
        return new(i, i.Words[2], Register(i.Operands[0]), Register(text.TrimStart('!')), text.StartsWith('!'));
    }

    MatrixStep? Matrix(Instruction i)
    {
        // mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32, or m16n8k16 with bf16.
        var depth = i.Words[3] switch { "m16n8k4" => 4, "m16n8k8" => 8, "m16n8k16" => 16, _ => 0 };
        var type = i.Words[7];
        if (i.Words[4] != "row" || i.Words[5] != "col" || i.Words[6] != "f32" || i.Words[^1] != "f32"
            || type is not ("tf32" or "bf16") || i.Words[8] != type || depth == 0) return null;
        int[] d = Parts(i.Operands[0], Register), a = Parts(i.Operands[1], Bits), b = Parts(i.Operands[2], Bits);
        var perRegister = type == "bf16" ? 2 : 1;
        return d.Length == 4 && a.Length * perRegister * 32 == 16 * depth && b.Length * perRegister * 32 == 8 * depth
            ? new(i, depth, type == "bf16", d, a, b, Parts(i.Operands[3], Bits))
            : null;

        int Bits(Operand operand) => Value(operand, "b32");
    }

    LoadMatrixStep? LoadMatrix(Instruction i)
    {
        var count = i.Words[4] switch { "x1" => 1, "x2" => 2, "x4" => 4, _ => 0 };
        var values = Parts(i.Operands[0], Register);
        if (i.Words[3] != "m8n8" || i.Words[^1] != "b16" || values.Length != count) return null;
        var (at, offset) = Place((Address)i.Operands[1]);
        return new(i, at, offset, values, i.Words.Contains("trans"));
    }

    Step? AsyncCopy(Instruction i)
    {
        if (i.Words.Contains("commit_group")) return new AsyncGroupStep(i, true, -1);
        if (i.Words.Contains("wait_all")) return new AsyncGroupStep(i, true, 0);
        if (i.Words.Contains("wait_group"))
            return new AsyncGroupStep(i, false, (int)((Immediate)i.Operands[0]).Bits);
        if (!i.Words.Contains("shared") || !i.Words.Contains("global")) return null;
        var (to, toOffset) = Place((Address)i.Operands[0]);
        var (from, fromOffset) = Place((Address)i.Operands[1]);
        return new AsyncCopyStep(
            i, to, toOffset, from, fromOffset, (int)((Immediate)i.Operands[2]).Bits,
            i.Operands.Count > 3 ? Value(i.Operands[3], "u32") : -1);
    }

    static int[] Parts(Operand operand, Func<Operand, int> of) =>
        [.. (operand is Several several ? several.Parts : [operand]).Select(of)];

    int Label(Instruction i) => entry.Labels.TryGetValue(((Name)i.Operands[^1]).Text, out var at)
        ? at
        : throw new PtxSyntaxException(i.Line, $"there is no label {i.Operands[^1]}");

    (int Register, long Offset) Place(Address address) => symbols.TryGetValue(address.Base.Text, out var symbol)
        ? (Constant(0), symbol + address.Offset)
        : (Register(address.Base.Text), address.Offset);

    /// <summary>Where an operand's value lies: in its register, or in one that holds a constant of the type.</summary>
    int Value(Operand operand, string type) => operand switch
    {
        Immediate immediate => Constant(Types.Extend(immediate.Bits, type)),
        Name name when symbols.TryGetValue(name.Text, out var symbol) => Constant((ulong)symbol),
        _ => Register(operand),
    };

    int Register(Operand operand) => operand is Name name
        ? Register(name.Text)
        : throw new NotSupportedException($"{operand} is no register");

    int Register(string name)
    {
        if (registers.TryGetValue(name, out var register)) return register;
        registers[name] = register = Next();
        if (SpecialRegisters.Of(name) is { } value)
            Filled[register] = (warp, at) =>
            {
                for (var l = 0; l < Warp.Lanes; l++) warp.Registers[at + l] = value(warp, l);
            };
        return register;
    }

    int Constant(ulong bits)
    {
        if (constants.TryGetValue(bits, out var register)) return register;
        constants[bits] = register = Next();
        Filled[register] = (warp, at) => Array.Fill(warp.Registers, bits, at, Warp.Lanes);
        return register;
    }

    int Next() => Registers++ * Warp.Lanes;
}

/// <summary>What a thread is told about itself.</summary>
static class SpecialRegisters
{
    public static Func<Warp, int, ulong>? Of(string name) => name switch
    {
        "%tid.x" => (warp, lane) => (ulong)warp.Block.ThreadIndex(warp.ThreadOf(lane)).X,
        "%tid.y" => (warp, lane) => (ulong)warp.Block.ThreadIndex(warp.ThreadOf(lane)).Y,
        "%tid.z" => (warp, lane) => (ulong)warp.Block.ThreadIndex(warp.ThreadOf(lane)).Z,
        "%ntid.x" => (warp, _) => (ulong)warp.Block.Launch.BlockSize.X,
        "%ntid.y" => (warp, _) => (ulong)warp.Block.Launch.BlockSize.Y,
        "%ntid.z" => (warp, _) => (ulong)warp.Block.Launch.BlockSize.Z,
        "%ctaid.x" => (warp, _) => (ulong)warp.Block.X,
        "%ctaid.y" => (warp, _) => (ulong)warp.Block.Y,
        "%ctaid.z" => (warp, _) => (ulong)warp.Block.Z,
        "%nctaid.x" => (warp, _) => (ulong)warp.Block.Launch.Grid.X,
        "%nctaid.y" => (warp, _) => (ulong)warp.Block.Launch.Grid.Y,
        "%nctaid.z" => (warp, _) => (ulong)warp.Block.Launch.Grid.Z,
        "%laneid" => (_, lane) => (ulong)lane,
        "%warpid" => (warp, _) => (ulong)warp.Index,
        "WARP_SZ" => (_, _) => Warp.Lanes,
        "%lanemask_lt" => (_, lane) => (1u << lane) - 1,
        "%lanemask_le" => (_, lane) => (uint)((2UL << lane) - 1),
        "%lanemask_gt" => (_, lane) => ~(uint)((2UL << lane) - 1),
        "%lanemask_ge" => (_, lane) => ~((1u << lane) - 1),
        _ => null,
    };
}
