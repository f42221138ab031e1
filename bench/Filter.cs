using Hybrid.Training;

namespace Hybrid.Bench;

/// <summary><c>--filter S</c>: whatever has S in its name, in capitals or not; nothing given lets all pass.</summary>
public sealed record Filter(string? Text)
{
    public static Filter All { get; } = new((string?)null);

    public bool Passes(string name) =>
        string.IsNullOrEmpty(Text) || name.Contains(Text, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether something below <paramref name="name"/>, as <c>name/row</c>, may pass.</summary>
    public bool MayPassBelow(string name) =>
        Passes(name) || Text!.StartsWith($"{name}/", StringComparison.OrdinalIgnoreCase);

    /// <summary>What to say when nothing passed.</summary>
    public UserError Nothing(IEnumerable<string> names) => new(
        $"--filter {Text}", "matches nothing", $"give a part of one of: {string.Join(", ", names)}");
}
