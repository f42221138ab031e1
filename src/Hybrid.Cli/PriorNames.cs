using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>Priors as one types them.</summary>
static class PriorNames
{
    /// <summary>What <c>--remedy delta</c> brings along.</summary>
    const string Autoregressive = "ar1";

    static readonly (string Name, PriorKind Kind)[] All =
    [
        ("standard", PriorKind.Standard), ("mog", PriorKind.Mog), ("vamp", PriorKind.Vamp),
        ("gtm", PriorKind.Gtm), ("gtm-vamp", PriorKind.GtmVamp), ("flow", PriorKind.Flow),
    ];

    public static string Of(PriorKind kind) => kind == PriorKind.Autoregressive
        ? Autoregressive
        : All.Single(prior => prior.Kind == kind).Name;

    /// <exception cref="UserError">There is none of that name.</exception>
    public static PriorKind Parse(string name)
    {
        foreach (var prior in All)
            if (prior.Name == name) return prior.Kind;
        throw new UserError($"--prior {name}", "is not known",
            $"give {string.Join(", ", All.SkipLast(1).Select(prior => prior.Name))} or {All[^1].Name}");
    }
}
