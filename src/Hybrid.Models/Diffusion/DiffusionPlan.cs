using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>A step of training on levels that the caller chooses: fill the inputs, run, read.</summary>
/// <remarks>
/// The loss of a row is weight·Σ_d (answer − target)², with target ε, x or v = αε − σx (Salimans &amp; Ho 2022,
/// arXiv:2202.00512). Levels and weights are inputs, so every schedule, law of levels and weighting is one plan.
/// </remarks>
public sealed class DiffusionPlan
{
    const string WeightName = "weight/loss";

    /// <summary>A plan for B rows that also writes the gradient of Σ_b weight[b]·loss[b].</summary>
    /// <exception cref="ArgumentException">A target other than ε, x and v.</exception>
    public DiffusionPlan(Denoiser denoiser, int B, PredictionTarget target)
    {
        this.B = B;
        var device = denoiser.Device;
        var graph = new Graph();
        var x = graph.Input("x", B, denoiser.DataDim);
        Value t = graph.Input("t", B, 1), logSnr = graph.Input("logSnr", B, 1);
        #region targets
        var (z, eps) = graph.DiffuseNoise(x, logSnr);
        var prediction = denoiser.Predict(graph, z, t);
        var loss = graph.SquaredErrorRows(prediction, Require(target) switch
        {
            PredictionTarget.Noise => eps,
            PredictionTarget.Data => x,
            // v is the noisy point of noise for data and of −x for noise.
            _ => graph.Diffuse(eps, logSnr, graph.Scale(x, -1)),
        });
        #endregion
        var mean = graph.Mean(loss);
        Plan = Plan.Training(
            device, graph, denoiser.Parameters, denoiser.Seed, [(loss, WeightName)], [mean]);
        denoiser.FillConstants(Plan);
        (X, T, LogSnr) = (Plan.Input("x"), Plan.Input("t"), Plan.Input("logSnr"));
        if (denoiser.Classes > 0) Y = Plan.Input(Denoiser.ClassesName);
        (Weight, MeanLoss) = (Plan.Scalar(WeightName), Plan.TensorOf(mean));
    }

    /// <summary>Rows of a batch.</summary>
    public int B { get; }

    public Plan Plan { get; }

    /// <summary>The batch, [B, D].</summary>
    public Tensor X { get; }

    /// <summary>A 1 at each row's class, [B, C], where the network is told classes.</summary>
    public Tensor Y { get; }

    /// <summary>What the network is told of the level, in [0, 1], [B, 1].</summary>
    public Tensor T { get; }

    /// <summary>λ of each row, [B, 1].</summary>
    public Tensor LogSnr { get; }

    /// <summary>What each row's squared error counts, [B, 1]: 1/B for a mean.</summary>
    public Tensor Weight { get; }

    /// <summary>Mean of the squared errors as they are, [1, 1].</summary>
    public Tensor MeanLoss { get; }

    /// <summary>Runs with the noise of <paramref name="step"/>.</summary>
    public void Run(uint step) => Plan.Run(step);

    /// <summary>The target, if networks here are trained on it.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static PredictionTarget Require(PredictionTarget target) =>
        target is PredictionTarget.Noise or PredictionTarget.Data or PredictionTarget.Velocity
            ? target
            : throw new ArgumentException(
                $"{Prediction.Name(target)}-prediction: networks here answer with ε, x or v; use one of them");
}
