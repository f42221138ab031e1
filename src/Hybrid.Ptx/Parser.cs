using System.Globalization;
using System.Text.RegularExpressions;

namespace Hybrid.Ptx;

/// <summary>Reads the PTX that ILGPU and nvcc write: a line per instruction, declarations of registers,
/// parameters and shared arrays.</summary>
/// <remarks>PTX ISA 8.0. Functions that are not entries are skipped: kernels here are inlined.</remarks>
public static partial class Parser
{
    /// <exception cref="PtxSyntaxException">Something is not understood.</exception>
    public static Module Parse(string text)
    {
        var entries = new List<Entry>();
        var shared = new List<SharedArray>();
        var lines = Uncommented(text);
        // They may stand behind what refers to them.
        var files = lines.Select(line => FileDirective().Match(line)).Where(match => match.Success)
            .ToDictionary(match => Int(match, 1), match => Path.GetFileName(match.Groups[2].Value));
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (line.Contains(".shared")) shared.Add(Shared(line, i + 1));
            else if (EntryDirective().Match(line) is { Success: true } entry)
                entries.Add(Function(entry.Groups[1].Value, lines, ref i, files, shared));
            else if (line.Contains(".func") && !line.EndsWith(';')) SkipBody(lines, ref i);
        }
        return new(entries, shared);
    }

    static Entry Function(
        string name, string[] lines, ref int i, Dictionary<int, string> files, List<SharedArray> shared)
    {
        var parameters = new List<Parameter>();
        for (; !lines[i].Contains('{'); i++)
            foreach (Match match in ParameterDirective().Matches(lines[i])) parameters.Add(Parameter(match));
        var code = new List<Instruction>();
        var labels = new Dictionary<string, int>();
        string? source = null;
        for (i++; lines[i] != "}"; i++)
        {
            var line = lines[i];
            if (LabelDirective().Match(line) is { Success: true } label)
            {
                labels[label.Groups[1].Value] = code.Count;
                line = line[label.Length..].Trim();
            }
            if (line.Length == 0 || line is "{" || line.StartsWith(".reg") || line.StartsWith(".pragma")) continue;
            if (LocDirective().Match(line) is { Success: true } loc)
                source = $"{files.GetValueOrDefault(Int(loc, 1), "?")}:{Int(loc, 2)}";
            else if (line.Contains(".shared") && line.StartsWith('.')) shared.Add(Shared(line, i + 1));
            else if (line.StartsWith('.')) throw new PtxSyntaxException(i + 1, $"{line} is not understood");
            else code.Add(InstructionOf(line, i + 1, source));
        }
        return new(name, parameters, code, labels);
    }

    static void SkipBody(string[] lines, ref int i)
    {
        while (i < lines.Length && lines[i] != "}" && !lines[i].EndsWith(';')) i++;
    }

    static Instruction InstructionOf(string line, int number, string? source)
    {
        var match = InstructionLine().Match(line);
        if (!match.Success) throw new PtxSyntaxException(number, $"{line} is not an instruction");
        var guard = match.Groups[2].Success
            ? new Guard(match.Groups[2].Value, match.Groups[1].Value == "!")
            : null;
        var opcode = match.Groups[3].Value;
        var type = opcode[(opcode.LastIndexOf('.') + 1)..];
        var operands = Split(match.Groups[4].Value).ConvertAll(text => OperandOf(text, type, number));
        return new(opcode, operands, guard, number, source);
    }

    /// <summary>Cuts at the commas that stand in no bracket.</summary>
    static List<string> Split(string text)
    {
        var parts = new List<string>();
        int depth = 0, start = 0;
        for (var i = 0; i < text.Length; i++)
            if (text[i] is '{' or '[' or '(') depth++;
            else if (text[i] is '}' or ']' or ')') depth--;
            else if (text[i] is ',' or '|' && depth == 0)
            {
                parts.Add(text[start..i].Trim());
                start = i + 1;
            }
        if (text[start..].Trim() is { Length: > 0 } last) parts.Add(last);
        return parts;
    }

    static Operand OperandOf(string text, string type, int line)
    {
        if (text.StartsWith('{'))
            return new Several(Split(text.Trim('{', '}')).ConvertAll(part => OperandOf(part, type, line)));
        if (AddressText().Match(text) is { Success: true } address)
        {
            var offset = address.Groups[2].Success
                ? long.Parse(address.Groups[2].Value.Replace(" ", ""), CultureInfo.InvariantCulture)
                : 0;
            return new Address(new(address.Groups[1].Value), offset);
        }
        if (text[0] is '%' or '_' or '$' || char.IsAsciiLetter(text[0])) return new Name(text);
        return new Immediate(Number(text, type, line));
    }

    /// <summary>0fXXXXXXXX and 0dXXXXXXXXXXXXXXXX are bits; the rest are integers, or floats in decimal.</summary>
    static ulong Number(string text, string type, int line)
    {
        var style = NumberStyles.HexNumber;
        var culture = CultureInfo.InvariantCulture;
        if (text.StartsWith("0f", StringComparison.OrdinalIgnoreCase)) return uint.Parse(text[2..], style, culture);
        if (text.StartsWith("0d", StringComparison.OrdinalIgnoreCase)) return ulong.Parse(text[2..], style, culture);
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return ulong.Parse(text[2..].TrimEnd('U'), style, culture);
        if (type == "f32" && float.TryParse(text, culture, out var single))
            return BitConverter.SingleToUInt32Bits(single);
        if (type == "f64" && double.TryParse(text, culture, out var wide)) return BitConverter.DoubleToUInt64Bits(wide);
        if (long.TryParse(text.TrimEnd('U'), culture, out var signed)) return (ulong)signed;
        if (ulong.TryParse(text.TrimEnd('U'), culture, out var unsigned)) return unsigned;
        throw new PtxSyntaxException(line, $"{text} is no number");
    }

    static SharedArray Shared(string line, int number)
    {
        var match = SharedDirective().Match(line);
        if (!match.Success) throw new PtxSyntaxException(number, $"{line} is no declaration of shared memory");
        var bytes = match.Groups[4].Value.Length == 0 ? 0 : Int(match, 4) * Types.Bytes(match.Groups[2].Value);
        return new(match.Groups[3].Value, bytes, match.Groups[1].Success ? Int(match, 1) : 1);
    }

    static Parameter Parameter(Match match)
    {
        var size = Types.Bytes(match.Groups[2].Value);
        return new(
            match.Groups[3].Value, size * (match.Groups[4].Success ? Int(match, 4) : 1),
            match.Groups[1].Success ? Int(match, 1) : size);
    }

    static int Int(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    static string[] Uncommented(string text)
    {
        var plain = BlockComment().Replace(text, match => new('\n', match.Value.Count(c => c == '\n')));
        return Array.ConvertAll(plain.Split('\n'), line =>
            (line.IndexOf("//", StringComparison.Ordinal) is >= 0 and var at ? line[..at] : line).Trim());
    }

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex BlockComment();

    [GeneratedRegex(@"^\.file\s+(\d+)\s+""([^""]*)""")]
    private static partial Regex FileDirective();

    [GeneratedRegex(@"^\.loc\s+(\d+)\s+(\d+)")]
    private static partial Regex LocDirective();

    [GeneratedRegex(@"\.entry\s+([\w$]+)")]
    private static partial Regex EntryDirective();

    [GeneratedRegex(@"\.param\s+(?:\.align\s+(\d+)\s+)?\.(\w+)\s+([\w$]+)(?:\[(\d+)\])?")]
    private static partial Regex ParameterDirective();

    [GeneratedRegex(@"\.shared\s+(?:\.align\s+(\d+)\s+)?\.(\w+)\s+([\w$]+)\[(\d*)\]")]
    private static partial Regex SharedDirective();

    [GeneratedRegex(@"^([\w$]+):")]
    private static partial Regex LabelDirective();

    [GeneratedRegex(@"^(?:@(!?)(%?\w+)\s+)?([\w.:]+)\s*(.*?);?$")]
    private static partial Regex InstructionLine();

    [GeneratedRegex(@"^\[\s*([%\w$]+)\s*(?:\+?\s*(-?\s*\d+))?\s*\]$")]
    private static partial Regex AddressText();
}
