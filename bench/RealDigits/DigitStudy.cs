using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Bench.RealDigits;

/// <summary>A model of a study.</summary>
/// <param name="Name">In tables.</param>
/// <param name="Options">How it is trained.</param>
/// <param name="PublishedNats">−log p(x) in the literature, on other sizes; null where nothing is compared.</param>
sealed record DigitModel(string Name, VaeRunOptions Options, double? PublishedNats = null);

/// <summary>
/// VAEs that are trained on the same real digits, each from several seeds, and held beside one another.
/// </summary>
/// <param name="Name">Of the command.</param>
/// <param name="About">What it trains, in one line.</param>
/// <param name="Models">In the order of their tables: where figures are published, the worst first.</param>
/// <param name="Seeds">Of each model.</param>
/// <param name="Draws">K of the importance-sampled −log p(x); 0 where −ELBO is enough.</param>
sealed record DigitStudy(
    string Name, string About, IReadOnlyList<DigitModel> Models, IReadOnlyList<ulong> Seeds, int Draws)
{
    /// <summary>Six priors of one model (chapter 15).</summary>
    public static DigitStudy Priors { get; } = new(
        "priors", "six priors of a VAE 784-400-200-z40 on 9,000 real digits, three seeds of each",
        [
            OfPrior("standard", PriorKind.Standard), OfPrior("mog", PriorKind.Mog), OfPrior("vamp", PriorKind.Vamp),
            OfPrior("gtm", PriorKind.Gtm), OfPrior("gtm-vamp", PriorKind.GtmVamp), OfPrior("flow", PriorKind.Flow),
        ],
        [1, 2, 3], 0);

    static DigitModel OfPrior(string name, PriorKind kind) =>
        new(name, new() { Latent = 40, Epochs = 20, Prior = kind, PriorComponents = 100 });

    /// <summary>Burda et al.'s layers, and Tomczak &amp; Welling's z.</summary>
    static readonly VaeRunOptions OfNll = new()
    {
        Hidden = [200, 200], Latent = 40, Epochs = 30, BatchSize = 50, Schedule = LearningRateSchedule.Linear,
    };

    /// <summary>One pseudo-input for 90 digits: Tomczak &amp; Welling have one for 100.</summary>
    static readonly VaeRunOptions OfVamp = OfNll with { Prior = PriorKind.Vamp, PriorComponents = 100 };

    const string WarmUp = "anneal:15";

    /// <summary>
    /// −log p(x) of a VAE, an importance-weighted one and a VampPrior, which is warmed up as in its paper; then the two
    /// that tell what the warm-up does. Published, of 50,000 digits of static MNIST: Chadebec, Vincent &amp;
    /// Allassonnière 2022, arXiv:2206.08309 (pythae), the models reproduced.
    /// </summary>
    public static DigitStudy Nll { get; } = new(
        "nll", "−log p(x) of VAEs 784-200-200-z40 on 9,000 real digits, among them an IWAE and a VampPrior",
        [
            new("vae", OfNll, 89.78), new("iwae-50", OfNll with { Objective = "iwae:50" }, 86.82),
            new("vamp-100, warm-up", OfVamp with { Remedy = WarmUp }, 85.79),
            new("vae, warm-up", OfNll with { Remedy = WarmUp }), new("vamp-100", OfVamp),
        ],
        [1], 5000);

    /// <summary>One epoch and one seed, for a look at the command.</summary>
    public DigitStudy Quick() => this with
    {
        Models = [.. Models.Select(model => model with { Options = model.Options with { Epochs = 1 } })],
        Seeds = [1],
        Draws = Math.Min(Draws, 20),
    };
}
