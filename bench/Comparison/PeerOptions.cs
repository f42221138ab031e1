using System.Globalization;
using Hybrid.Training;

namespace Hybrid.Bench.Comparison;

/// <summary>What <c>peers</c> was asked for.</summary>
/// <param name="Filter">Which cases.</param>
/// <param name="Rounds">Passes over all implementations.</param>
/// <param name="Threads">Thread counts to compare.</param>
/// <param name="Device"><see cref="Host"/> or <see cref="Cuda"/>.</param>
/// <param name="Peers">Implementations asked by name; null for all that are here.</param>
/// <param name="Fetch">Build the libtorch peer first, which restores its package.</param>
/// <param name="Quick">Short measurements.</param>
public sealed record PeerOptions(
    Filter Filter, int Rounds, IReadOnlyList<int> Threads, string Device, IReadOnlyList<string>? Peers,
    bool Fetch, bool Quick)
{
    public const string Host = "host", Cuda = "cuda";

    public const int UsualRounds = 7, MostRounds = 1000;

    /// <exception cref="UserError">A value that means nothing here.</exception>
    public static PeerOptions Of(
        string? filter, int? rounds, string? threads, string? device, string? peers, bool fetch, bool quick)
    {
        if (rounds is < 1 or > MostRounds)
            throw new UserError($"--rounds {rounds}", "is out of range", $"give 1 to {MostRounds}");
        if (device is not (null or Host or Cuda))
            throw new UserError($"--device {device}", "is unknown", $"give {Host} or {Cuda}");
        if (device == Cuda) HybridLibrary.Open(Cuda, 1).Dispose();
        return new(
            new(filter), rounds ?? UsualRounds, ThreadCounts(threads), device ?? Host, Names(peers), fetch, quick);
    }

    static int[] ThreadCounts(string? text)
    {
        if (text is null)
            return Environment.ProcessorCount == 1 ? [1] : [1, Math.Min(2, Environment.ProcessorCount)];
        var counts = new List<int>();
        foreach (var part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                || count < 1 || count > Environment.ProcessorCount || counts.Contains(count))
                throw new UserError($"--threads {text}", $"'{part}' is no thread count of its own",
                    $"give different numbers from 1 to {Environment.ProcessorCount}, such as 1,2");
            counts.Add(count);
        }
        return [.. counts];
    }

    static string[]? Names(string? text)
    {
        if (text is null) return null;
        var names = text.Split(',');
        foreach (var name in names)
            if (PeerImplementation.All.All(one => one.Name != name))
                throw new UserError($"--peers {text}", $"'{name}' is unknown",
                    $"give some of {string.Join(", ", PeerImplementation.All.Select(one => one.Name))}");
        return names;
    }

    /// <summary>The cases that the filter lets through.</summary>
    /// <exception cref="UserError">None.</exception>
    public IReadOnlyList<PeerCase> Cases()
    {
        var chosen = PeerCases.All.Where(one => Filter.Passes(one.Name)).ToList();
        return chosen.Count > 0
            ? chosen
            : throw Filter.Nothing(PeerCases.All.Select(one => one.Name.Split(' ')[0]).Distinct());
    }
}
