using System.Text.Json;
using Hybrid.Models;

namespace Hybrid.Training;

/// <summary>Everything that decides the bits of a hierarchy's run; stored in its checkpoints.</summary>
/// <param name="Vae">
/// What it shares with the VAE that its first level is: data, widths, likelihood, β, steps …
/// </param>
public sealed record HierarchyRunOptions(VaeRunOptions Vae) : RunOptions<HierarchyRunOptions>, IRunOptions
{
    const int MostLevels = 50, MostParameters = 1 << 28;

    static JsonNamingPolicy IRunOptions.Spelling => JsonNamingPolicy.KebabCaseLower;

    /// <summary>Columns of z_1 … z_T.</summary>
    public int[] Latents { get; init; } = [32, 16, 8];

    /// <summary>Widths between one level and the next.</summary>
    public int[] Between { get; init; } = [100];

    public Inference Inference { get; init; }

    /// <summary>The model for images of <paramref name="dataDim"/> pixels.</summary>
    /// <exception cref="UserError">It is larger than a device's tensors may be.</exception>
    public HierarchyShape ShapeFor(int dataDim)
    {
        var first = (Vae with { Latent = Latents[0] }).ShapeFor(dataDim);
        var above = 0L;
        for (var t = 1; t < Latents.Length; t++)
        {
            int[] widths = [Latents[t - 1], .. Between, 2 * Latents[t]];
            for (var i = 1; i < widths.Length; i++) above += 2L * widths[i - 1] * widths[i];
        }
        if (above > MostParameters)
            throw new UserError(
                $"--latents {string.Join(',', Latents)} --between {string.Join(',', Between)}",
                $"makes about {above:N0} parameters above z_1, more than {MostParameters:N0}",
                "give smaller widths");
        return new(dataDim, first.Hidden, Latents, Between, first.Activation, first.Likelihood, Inference);
    }

    /// <summary>Checks every option.</summary>
    /// <exception cref="UserError">One is out of range; the message names it.</exception>
    public override HierarchyRunOptions Validated()
    {
        Require(Latents.Length is > 0 and <= MostLevels, "--latents", Text(Latents),
            $"give 1 to {MostLevels} levels");
        Require(Array.TrueForAll(Latents, K => K is > 0 and <= 4_096), "--latents", Text(Latents),
            "give 1 to 4,096 dimensions each");
        Require(Array.TrueForAll(Between, width => width is > 0 and <= 65_536), "--between", Text(Between),
            "give widths of 1 to 65,536");
        Require(Enum.IsDefined(Inference), "--inference", Inference, "is not known",
            "give bottom-up or top-down");
        var vae = (Vae with { Latent = Latents[0] }).Validated();
        if (vae.Aim != Objective.Parse("elbo") || vae.Prior != PriorKind.Standard)
            throw new UserError("--objective or --prior", "is of a VAE of one level", "leave it out");
        if (vae.Countermeasure.Kind
            is not (RemedyKind.None or RemedyKind.Anneal or RemedyKind.Cyclical or RemedyKind.FreeBits))
            throw new UserError(
                $"--remedy {vae.Remedy}", "is made for one level", "give none, anneal, cyclical or free-bits");
        return this with { Vae = vae };
    }

    static string Text(int[] widths) => widths.Length == 0 ? "none" : string.Join(',', widths);
}
