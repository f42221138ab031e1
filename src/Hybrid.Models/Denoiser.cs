using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>The shape of a denoiser of points in a few dimensions.</summary>
/// <param name="DataDim">D, columns of x.</param>
/// <param name="Width">Units of every layer.</param>
/// <param name="Layers">Hidden layers behind the sum of input and time.</param>
/// <param name="Features">Columns of the time's sinusoidal embedding: an even number.</param>
public sealed record DenoiserShape(int DataDim, int Width = 256, int Layers = 4, int Features = 64);

/// <summary>The values of a denoiser's graph that callers read.</summary>
/// <param name="LogSnr">log(α²/σ²) of each row [B, 1].</param>
/// <param name="Z">x with noise [B, D].</param>
/// <param name="Eps">That noise [B, D].</param>
/// <param name="Prediction">The noise that the network sees in z [B, D].</param>
/// <param name="Loss">Σ_d (prediction − ε)² of each row [B, 1].</param>
public readonly record struct DenoiserValues(Value LogSnr, Value Z, Value Eps, Value Prediction, Value Loss);

/// <summary>A time-conditioned network that finds the noise in z = αx + σε.</summary>
/// <remarks>
/// Ho et al. 2020, arXiv:2006.11239, eq. 14, in continuous time with any schedule. The time is
/// embedded as sines and cosines of 1000·t at frequencies from 1 down to 10⁻⁴ (Vaswani et al. 2017,
/// section 3.5), goes through a layer of its own and is added to the input's first layer.
/// </remarks>
public sealed class Denoiser
{
    const double Longest = 10_000, TimeScale = 1000;

    readonly Mlp time, input, body;

    /// <summary>
    /// Builds the parameters on a device, with starting values from <paramref name="seed"/>; the schedule is the
    /// cosine's where none is given.
    /// </summary>
    /// <exception cref="ArgumentException">The features are not an even number above 0.</exception>
    public Denoiser(Device device, DenoiserShape shape, ulong seed, NoiseSchedule? schedule = null)
    {
        if (shape.Features <= 0 || shape.Features % 2 != 0)
            throw new ArgumentException(
                $"{shape.Features} time features: give an even number, for sines and cosines.");
        (Device, Shape, Seed, Schedule) = (device, shape, seed, schedule ?? NoiseSchedule.Cosine);
        time = new("time", shape.Features, [shape.Width], shape.Width, Activation.Silu);
        input = new("input", shape.DataDim, [], shape.Width, Activation.Identity);
        body = new("body", shape.Width, [.. Enumerable.Repeat(shape.Width, shape.Layers)], shape.DataDim,
            Activation.Silu);
        Parameters = Initialization.Parameters(
            device, [.. time.Parameters(), .. input.Parameters(), .. body.Parameters()], seed);
    }

    public Device Device { get; }

    public DenoiserShape Shape { get; }

    public ulong Seed { get; }

    /// <summary>Which log-SNR a time has.</summary>
    public NoiseSchedule Schedule { get; }

    public Parameters Parameters { get; }

    /// <summary>Turns per unit of t of each pair of features: 1000·10⁴^(−i/F)/2π.</summary>
    public float[] Frequencies()
    {
        var frequencies = new float[Shape.Features / 2];
        for (var i = 0; i < frequencies.Length; i++)
        {
            var fraction = (double)i / frequencies.Length;
            frequencies[i] = (float)(TimeScale / Math.Tau * Math.Pow(Longest, -fraction));
        }
        return frequencies;
    }

    #region predict
    /// <summary>The noise that the network sees in z[B, D] at time t[B, 1].</summary>
    public Value Predict(Graph graph, Value z, Value t)
    {
        var features = graph.TimeEmbedding(t, graph.Input("frequencies", Shape.Features / 2, 1));
        var hidden = graph.Plus(time.Apply(graph, features), input.Apply(graph, z));
        return body.Apply(graph, hidden);
    }
    #endregion

    /// <summary>Noise, network and loss for B rows of <c>x</c>.</summary>
    /// <param name="graph">The graph to append to.</param>
    /// <param name="B">Rows.</param>
    /// <param name="given">Whether <c>t</c> and <c>eps</c> are inputs; else each step draws its own.</param>
    public DenoiserValues Build(Graph graph, int B, bool given)
    {
        var x = graph.Input("x", B, Shape.DataDim);
        var t = given ? graph.Input("t", B, 1) : graph.UniformRows(B);
        var curve = Schedule.Curve;
        var logSnr = curve.Kind == NoiseCurveKind.Cosine ? graph.CosineLogSnr(t) : graph.ScheduleLogSnr(t, curve);
        Value z, eps;
        if (given)
        {
            eps = graph.Input("eps", B, Shape.DataDim);
            z = graph.Diffuse(x, logSnr, eps);
        }
        else (z, eps) = graph.DiffuseNoise(x, logSnr);
        var prediction = Predict(graph, z, t);
        return new(logSnr, z, eps, prediction, graph.SquaredErrorRows(prediction, eps));
    }

    /// <summary>
    /// A plan of the loss of B rows and its mean's gradient, with noise of its own at each step.
    /// </summary>
    public DenoiserPlan TrainingPlan(int B) => new(this, B, training: true, given: false);

    /// <summary>The same for times and noise that the caller fills in.</summary>
    public DenoiserPlan GivenNoisePlan(int B) => new(this, B, training: true, given: true);

    /// <summary>A plan of the loss of B rows, for times and noise that the caller fills in.</summary>
    public DenoiserPlan EvaluationPlan(int B) => new(this, B, training: false, given: true);
}
