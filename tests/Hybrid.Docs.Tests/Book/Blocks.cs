namespace Hybrid.Docs.Tests;

/// <summary>The kinds of block that the book knows.</summary>
static class Blocks
{
    static readonly Dictionary<string, Func<string, string>> Kinds = new()
    {
        ["bench"] = BenchBlock.Derive,
        ["code"] = CodeBlock.Derive,
        ["count"] = CountBlock.Derive,
        ["ptx"] = PtxBlock.Derive,
        ["run"] = RunBlock.Derive,
        ["tex"] = TexBlock.Derive,
    };

    /// <summary>The Markdown of one block.</summary>
    /// <exception cref="DerivationException">There is no such kind, or its source is missing.</exception>
    public static string Derive(string kind, string argument) => Kinds.TryGetValue(kind, out var derive)
        ? derive(argument)
        : throw new DerivationException($"'{kind}' is no kind; give {string.Join(", ", Kinds.Keys)}");

    /// <summary>A document with all its blocks derived anew.</summary>
    public static string Render(string path) => Document.Render(Repository.Read(path), (kind, argument) =>
    {
        try
        {
            return Derive(kind, argument);
        }
        catch (DerivationException e)
        {
            throw new DerivationException($"{path}: <!-- {kind}: {argument} -->: {e.Message}");
        }
    });
}

/// <summary><c>name key=value key=value</c>: what follows a block's kind.</summary>
sealed class BlockArguments
{
    readonly Dictionary<string, string> values = [];

    public BlockArguments(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Name = parts[0];
        foreach (var part in parts[1..])
        {
            var equals = part.IndexOf('=');
            if (equals < 1) throw new DerivationException($"'{part}' is not key=value");
            values[part[..equals]] = part[(equals + 1)..];
        }
    }

    public string Name { get; }

    public string Get(string key, string otherwise) => values.GetValueOrDefault(key, otherwise);

    public int Int(string key) => values.TryGetValue(key, out var text) && int.TryParse(text, out var number)
        ? number
        : throw new DerivationException($"{key}=N is missing");
}
