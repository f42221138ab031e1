namespace Hybrid.Ptx;

/// <summary>How many registers hold something that is still needed.</summary>
/// <remarks>
/// The lower bound of what ptxas can allocate: of PTX's unlimited registers, those that are alive at the same
/// instruction, in words of 32 bits. Predicates have a file of their own.
/// </remarks>
static class Liveness
{
    /// <summary>The most words alive at one instruction.</summary>
    public static int Words(IReadOnlyList<Instruction> code, Func<int, int[]> successors)
    {
        var names = new Dictionary<string, int>();
        var reads = new List<int>[code.Count];
        var writes = new List<int>[code.Count];
        for (var i = 0; i < code.Count; i++) (reads[i], writes[i]) = Uses(code[i], names);
        var before = new HashSet<int>[code.Count];
        for (var i = 0; i < code.Count; i++) before[i] = [];
        for (var changed = true; changed;)
        {
            changed = false;
            for (var i = code.Count - 1; i >= 0; i--)
            {
                var alive = new HashSet<int>();
                foreach (var next in successors(i)) alive.UnionWith(before[next]);
                // Under a guard the old value may live on.
                if (code[i].Guard is null) alive.ExceptWith(writes[i]);
                alive.UnionWith(reads[i]);
                if (alive.Count == before[i].Count) continue;
                before[i] = alive;
                changed = true;
            }
        }
        var words = names.ToDictionary(pair => pair.Value, pair => WordsOf(pair.Key));
        return before.Length == 0 ? 0 : before.Max(alive => alive.Sum(register => words[register]));
    }

    static int WordsOf(string name) =>
        name.StartsWith("%p", StringComparison.Ordinal) ? 0
        : name.StartsWith("%rd", StringComparison.Ordinal) || name.StartsWith("%fd", StringComparison.Ordinal) ? 2
        : 1;

    static (List<int> Reads, List<int> Writes) Uses(Instruction instruction, Dictionary<string, int> names)
    {
        List<int> reads = [], writes = [];
        var results = instruction.Words[0] switch
        {
            "st" or "red" or "bra" or "bar" or "barrier" or "ret" or "exit" or "membar" or "fence" or "cp" => 0,
            "setp" when instruction.Operands.Count == 4 => 2,
            "shfl" when instruction.Operands.Count == 6 => 2,
            _ => 1,
        };
        for (var o = 0; o < instruction.Operands.Count; o++)
            Collect(instruction.Operands[o], o < results ? writes : reads);
        if (instruction.Guard is { } guard) Collect(new Name(guard.Predicate), reads);
        return (reads, writes);

        void Collect(Operand operand, List<int> into)
        {
            switch (operand)
            {
                case Name { Text: ['%', ..] } name when SpecialRegisters.Of(name.Text) is null:
                    if (!names.TryGetValue(name.Text, out var number)) names[name.Text] = number = names.Count;
                    into.Add(number);
                    break;
                case Address address: Collect(address.Base, reads); break;
                case Several several:
                    foreach (var part in several.Parts) Collect(part, into);
                    break;
            }
        }
    }
}
