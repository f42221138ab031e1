using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>The sizes that a model is planned with.</summary>
/// <param name="D">Columns of the data.</param>
/// <param name="Hidden">Widths of its hidden layers.</param>
/// <param name="Latent">Columns of a VAE's z.</param>
/// <param name="B">Rows of a batch.</param>
/// <param name="Activation">Between its layers.</param>
sealed record PlannedSizes(int D, int[] Hidden, int Latent, int B, Activation Activation);

/// <summary>A model's training step on a device.</summary>
/// <param name="Plan">Its launches.</param>
/// <param name="Parameters">What Adam changes.</param>
/// <param name="Inputs">To be filled with numbers in [0, 1) before it runs.</param>
sealed record PlannedStep(Plan Plan, Parameters Parameters, Tensor[] Inputs);

/// <summary>A model whose training step <c>hybrid explain --plan</c> prints.</summary>
/// <param name="Name">As one types it.</param>
/// <param name="Usual">Its sizes unless told.</param>
/// <param name="Settable">The options that change them, beside --batch.</param>
/// <param name="Rows">Rows of its widest layers.</param>
/// <param name="Text">How its sizes are written.</param>
/// <param name="Build">Makes it.</param>
sealed record PlannedModel(
    string Name, PlannedSizes Usual, string[] Settable, Func<PlannedSizes, long> Rows,
    Func<PlannedSizes, string> Text, Func<Device, PlannedSizes, PlannedStep> Build)
{
    public static IReadOnlyList<PlannedModel> All { get; } =
    [
        new("vae", new(784, [400, 200], 20, 128, Activation.Relu),
            ["--dim", "--hidden", "--latent", "--activation"], sizes => sizes.B,
            sizes => $"{Dashes([sizes.D, .. sizes.Hidden])}-z{sizes.Latent} {Lower(sizes.Activation)}",
            (device, sizes) =>
            {
                var vae = new Vae(device, new(
                    sizes.D, sizes.Hidden, sizes.Latent, sizes.Activation, Likelihood.Bernoulli), seed: 0);
                var plan = vae.TrainingPlan(sizes.B);
                return new(plan.Plan, vae.Parameters, [plan.X]);
            }),
        new("denoiser", new(2, [256, 256, 256, 256], 0, 512, Activation.Silu), ["--dim", "--hidden"],
            sizes => sizes.B,
            sizes => $"{Dashes([sizes.D, .. sizes.Hidden, sizes.D])} silu",
            (device, sizes) =>
            {
                if (sizes.Hidden is not [var width, ..] || sizes.Hidden.Any(other => other != width))
                    throw new UserError($"--hidden {string.Join(',', sizes.Hidden)}",
                        "is not a denoiser's", "give equal widths, such as 256,256");
                var denoiser = new MlpDenoiser(device, new(sizes.D, width, sizes.Hidden.Length), seed: 0);
                var plan = denoiser.TrainingPlan(sizes.B);
                return new(plan.Plan, denoiser.Parameters, [plan.X]);
            }),
        Critic("critic-concat", CriticKind.Concat),
        Critic("critic-separable", CriticKind.Separable),
    ];

    /// <exception cref="UserError">There is no such model.</exception>
    public static PlannedModel Find(string name) =>
        All.FirstOrDefault(model => model.Name == name)
        ?? throw new UserError($"--plan {name}", "is not a model",
            $"give {string.Join(", ", All.SkipLast(1).Select(model => model.Name))} or {All[^1].Name}");

    static PlannedModel Critic(string name, CriticKind kind) => new(
        name, new(20, [256, 256], 0, 128, Activation.Relu), ["--dim", "--hidden", "--activation"],
        sizes => kind == CriticKind.Concat ? (long)sizes.B * sizes.B : sizes.B,
        sizes => $"{Dashes([sizes.D, .. sizes.Hidden])} {Lower(sizes.Activation)}",
        (device, sizes) =>
        {
            if (kind == CriticKind.Concat && sizes.Hidden.Length == 0)
                throw new UserError(
                    "--hidden none", "leaves a concat critic no layer", "give a width such as 256");
            var usual = CriticShape.Separable(sizes.D, sizes.D);
            var critic = new Critic(device, usual with
            {
                Kind = kind,
                Hidden = sizes.Hidden,
                Activation = sizes.Activation,
                Embedding = kind == CriticKind.Separable ? usual.Embedding : 0,
            }, seed: 0);
            var plan = critic.TrainingPlan(sizes.B);
            return new(plan.Plan, critic.Parameters, [plan.X, plan.Y]);
        });

    static string Dashes(int[] widths) => string.Join('-', widths);

    static string Lower(Activation activation) => activation.ToString().ToLowerInvariant();
}
