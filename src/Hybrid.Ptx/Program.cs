namespace Hybrid.Ptx;

/// <summary>A kernel ready to run.</summary>
public sealed class Program
{
    readonly Dictionary<int, Action<Warp, int>> filled;

    internal Step[] Steps { get; }

    internal int Registers { get; }

    public string Name { get; }

    /// <summary>Bytes of its parameters.</summary>
    public int ArgumentBytes { get; }

    /// <summary>Bytes of shared memory that the text declares.</summary>
    public int SharedBytes { get; }

    /// <summary>
    /// The most 32-bit registers that hold something needed at one instruction: fewer than ptxas will give a thread.
    /// </summary>
    public int LiveWords { get; private init; }

    /// <summary>Its instructions as they stand in the text.</summary>
    public IReadOnlyList<Instruction> Code { get; }

    Program(Entry entry, Decoder decoder, Step[] steps)
    {
        (Name, Code, Steps) = (entry.Name, entry.Code, steps);
        (Registers, filled) = (decoder.Registers, decoder.Filled);
        (ArgumentBytes, SharedBytes) = (decoder.ArgumentBytes, decoder.SharedBytes);
    }

    /// <summary>The only kernel of a module.</summary>
    /// <exception cref="PtxSyntaxException">The text is not understood, or holds none or several.</exception>
    public static Program Parse(string text)
    {
        var module = Parser.Parse(text);
        return module.Entries.Count == 1
            ? Link(module, module.Entries[0])
            : throw new PtxSyntaxException(1, $"{module.Entries.Count} kernels; name one");
    }

    /// <summary>A kernel of a module, by name.</summary>
    /// <exception cref="PtxSyntaxException">There is none of this name, or an instruction is not known.</exception>
    public static Program Parse(string text, string name)
    {
        var module = Parser.Parse(text);
        var entry = module.Entries.FirstOrDefault(one => one.Name == name)
            ?? throw new PtxSyntaxException(1, $"no kernel is called {name}");
        return Link(module, entry);
    }

    static Program Link(Module module, Entry entry)
    {
        var decoder = new Decoder(module, entry);
        Step[] steps = [.. entry.Code.Select(decoder.Decode)];
        var meetings = ControlFlow.Meetings(
            steps.Length, i => Successors(steps, i),
            from i in Enumerable.Range(0, steps.Length) where steps[i] is Branch { IsConditional: true } select i);
        foreach (var (at, meeting) in meetings) ((Branch)steps[at]).Meeting = meeting;
        return new(entry, decoder, steps) { LiveWords = Liveness.Words(entry.Code, i => Successors(steps, i)) };
    }

    static int[] Successors(Step[] steps, int i) => steps[i] switch
    {
        Branch { IsConditional: true } branch => [i + 1, branch.Target],
        Branch branch => [branch.Target],
        Exit { GuardRegister: < 0 } => [],
        _ => i + 1 < steps.Length ? [i + 1] : [],
    };

    /// <summary>Puts constants and special registers where instructions look for them.</summary>
    internal void Fill(Warp warp)
    {
        foreach (var (register, fill) in filled) fill(warp, register);
    }
}
