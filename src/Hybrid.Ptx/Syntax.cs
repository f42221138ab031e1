namespace Hybrid.Ptx;

/// <summary>What an instruction works on.</summary>
public abstract record Operand;

/// <summary>A register, a special register or the name of a variable.</summary>
public sealed record Name(string Text) : Operand
{
    public override string ToString() => Text;
}

/// <summary>A number, as the bits that the instruction's type gives it.</summary>
/// <param name="Bits">Of the value; integers are sign-extended.</param>
public sealed record Immediate(ulong Bits) : Operand
{
    public override string ToString() => $"{(long)Bits}";
}

/// <summary>[base + offset].</summary>
public sealed record Address(Name Base, long Offset) : Operand
{
    public override string ToString() => Offset == 0 ? $"[{Base}]" : $"[{Base}+{Offset}]";
}

/// <summary>{a, b, …}.</summary>
public sealed record Several(IReadOnlyList<Operand> Parts) : Operand
{
    public override string ToString() => $"{{{string.Join(", ", Parts)}}}";
}

/// <summary>@p or @!p: the lanes that an instruction is for.</summary>
public sealed record Guard(string Predicate, bool Negated)
{
    public override string ToString() => Negated ? $"@!{Predicate}" : $"@{Predicate}";
}

/// <summary>One instruction as it stands in the text.</summary>
/// <param name="Opcode">With its dots: <c>ld.global.v4.f32</c>.</param>
/// <param name="Operands">Destination first.</param>
/// <param name="Guard">The lanes it is for; null for all.</param>
/// <param name="Line">Of the PTX, from 1.</param>
/// <param name="Source">The C# line of the <c>.loc</c> before it, where there is one.</param>
public sealed record Instruction(
    string Opcode, IReadOnlyList<Operand> Operands, Guard? Guard, int Line, string? Source)
{
    /// <summary>The opcode's words: ld, global, v4, f32.</summary>
    public string[] Words { get; } = Opcode.Split('.');

    public override string ToString() =>
        $"{(Guard is null ? "" : $"{Guard} ")}{Opcode} {string.Join(", ", Operands)}".TrimEnd();
}

/// <summary>An array that the text declares: shared memory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its size; 0 for one whose size the launch decides.</param>
/// <param name="Alignment">Of its first byte.</param>
public sealed record SharedArray(string Name, int Bytes, int Alignment);

/// <summary>A parameter of a kernel.</summary>
public sealed record Parameter(string Name, int Bytes, int Alignment);

/// <summary>The text of one kernel.</summary>
/// <param name="Name">Behind <c>.entry</c>.</param>
/// <param name="Parameters">In order.</param>
/// <param name="Code">Its instructions.</param>
/// <param name="Labels">Where each label stands: the index of the instruction behind it.</param>
public sealed record Entry(
    string Name, IReadOnlyList<Parameter> Parameters, IReadOnlyList<Instruction> Code,
    IReadOnlyDictionary<string, int> Labels);

/// <summary>A parsed module.</summary>
public sealed record Module(IReadOnlyList<Entry> Entries, IReadOnlyList<SharedArray> Shared);
