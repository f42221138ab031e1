using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>The values of a denoiser's graph that callers read.</summary>
/// <param name="LogSnr">log(α²/σ²) of each row [B, 1].</param>
/// <param name="Z">x with noise [B, D].</param>
/// <param name="Eps">That noise [B, D].</param>
/// <param name="Prediction">The noise that the network sees in z [B, D].</param>
/// <param name="Loss">Σ_d (prediction − ε)² of each row [B, 1].</param>
public readonly record struct DenoiserValues(Value LogSnr, Value Z, Value Eps, Value Prediction, Value Loss);

/// <summary>A time-conditioned network that finds the noise in z = αx + σε, or x, or v.</summary>
/// <remarks>
/// Ho et al. 2020, arXiv:2006.11239, eq. 14, in continuous time with any schedule. The time is embedded as sines and
/// cosines of 1000·t at frequencies from 1 down to 10⁻⁴ (Vaswani et al. 2017, section 3.5); what becomes of them and
/// of z is the network's own.
/// </remarks>
public abstract class Denoiser
{
    const double Longest = 10_000, TimeScale = 1000;

    const string FrequenciesName = "frequencies", TurnsName = "turns", EmbeddingName = "classes";

    /// <summary>The input with B rows of classes, where the network is told them.</summary>
    public const string ClassesName = "y";

    /// <param name="device">Where it runs.</param>
    /// <param name="dataDim">D, columns of x.</param>
    /// <param name="features">Columns of the time's embedding.</param>
    /// <param name="octaves">Pairs of sine and cosine that the network sees of each column of z.</param>
    /// <param name="seed">Of starting values and of noise.</param>
    /// <param name="schedule">The cosine's where none is given.</param>
    /// <param name="classes">C of a condition that the network is told; 0 for none.</param>
    /// <exception cref="ArgumentException">
    /// Features that are no even number above 0, or octaves or classes below 0.
    /// </exception>
    protected Denoiser(Device device, int dataDim, int features, int octaves, ulong seed, NoiseSchedule? schedule,
        int classes = 0)
    {
        if (classes < 0) throw new ArgumentException($"{classes} classes: give 0 for none, or how many");
        if (octaves is < 0 or > MostOctaves)
            throw new ArgumentException($"{octaves} octaves: give 0 to {MostOctaves}");
        if (features <= 0 || features % 2 != 0)
            throw new ArgumentException($"{features} time features: give an even number, for sines and cosines.");
        (Device, DataDim, Features, Octaves, Seed) = (device, dataDim, features, octaves, seed);
        Classes = classes;
        Schedule = schedule ?? NoiseSchedule.Cosine;
    }

    public Device Device { get; }

    /// <summary>D, columns of x.</summary>
    public int DataDim { get; }

    /// <summary>Columns of the time's embedding.</summary>
    public int Features { get; }

    /// <summary>Sines and cosines of 1, 2, 4 … turns a unit that the network sees of each column of z.</summary>
    public int Octaves { get; }

    /// <summary>2¹⁵ turns a unit: a float32 number has no digits for more.</summary>
    public const int MostOctaves = 16;

    /// <summary>C, of a condition y that the network is told; 0 where there is none.</summary>
    public int Classes { get; }

    public ulong Seed { get; }

    /// <summary>Which log-SNR a time has.</summary>
    public NoiseSchedule Schedule { get; }

    public abstract Parameters Parameters { get; }

    /// <summary>What the network answers to z[B, D] at times t[B, 1]: [B, D].</summary>
    public abstract Value Predict(Graph graph, Value z, Value t);

    /// <summary>
    /// Uploads what never changes to the inputs of a plan that predicts; rows are told no class until somebody does.
    /// </summary>
    public void FillConstants(Plan plan)
    {
        Device.Upload(Frequencies(), plan.Input(FrequenciesName));
        if (Classes > 0) Device.Ops.Fill(plan.Input(ClassesName), 0);
        if (Octaves == 0) return;
        float[] turns = [.. Enumerable.Range(0, Octaves).Select(octave => MathF.ScaleB(1, octave))];
        Device.Upload(turns, plan.Input(TurnsName));
    }

    /// <summary>The embedding of times t[B, 1]: [B, Features].</summary>
    protected Value EmbedTime(Graph graph, Value t) =>
        graph.TimeEmbedding(t, graph.Input(FrequenciesName, Features / 2, 1));

    #region classes
    /// <summary>What the times became, [B, width], with what the rows' classes y[B, C] add to it.</summary>
    /// <remarks>
    /// A row of y has a 1 at its class, or none where the class is not told: one network is p(x) and p(x | y)
    /// (Ho &amp; Salimans 2022, arXiv:2207.12598, section 3.2). What the classes add starts at 0.
    /// </remarks>
    protected Value PlusClass(Graph graph, Value time)
    {
        if (Classes == 0) return time;
        var shape = graph.ShapeOf(time);
        return graph.Plus(time, graph.MatrixProduct(graph.Input(ClassesName, shape.Rows, Classes),
            graph.Parameter(EmbeddingName, Classes, shape.Cols)));
    }

    /// <summary>
    /// The parameter of <see cref="PlusClass"/>, where there is one: last, so that none starts elsewhere.
    /// </summary>
    protected IEnumerable<(ParameterSpec Spec, double Bound)> ClassParameters(int width) =>
        Classes > 0 ? [(new(EmbeddingName, new(Classes, width)), 0)] : [];
    #endregion

    #region waves
    /// <summary>z[B, D] as sines and cosines of its turns: [B·D, 2·Octaves].</summary>
    /// <remarks>
    /// Kingma et al. 2021, arXiv:2107.00630, appendix C: what differs by a thousandth looks the same to a layer, and is
    /// a good part of a turn apart here. Weights of waves start at 0: of much noise they are noise and nothing else.
    /// </remarks>
    protected Value Waves(Graph graph, Value z) => graph.TimeEmbedding(
        graph.Reshape(z, graph.ShapeOf(z).Rows * DataDim, 1), graph.Input(TurnsName, Octaves, 1));
    #endregion

    /// <summary>Turns per unit of t of each pair of features: 1000·10⁴^(−i/F)/2π.</summary>
    public float[] Frequencies()
    {
        var frequencies = new float[Features / 2];
        for (var i = 0; i < frequencies.Length; i++)
        {
            var fraction = (double)i / frequencies.Length;
            frequencies[i] = (float)(TimeScale / Math.Tau * Math.Pow(Longest, -fraction));
        }
        return frequencies;
    }

    /// <summary>Noise, network and loss for B rows of <c>x</c>.</summary>
    /// <param name="graph">The graph to append to.</param>
    /// <param name="B">Rows.</param>
    /// <param name="given">Whether <c>t</c> and <c>eps</c> are inputs; else each step draws its own.</param>
    public DenoiserValues Build(Graph graph, int B, bool given)
    {
        var x = graph.Input("x", B, DataDim);
        var t = given ? graph.Input("t", B, 1) : graph.UniformRows(B);
        var curve = Schedule.Curve;
        var logSnr = curve.Kind == NoiseCurveKind.Cosine ? graph.CosineLogSnr(t) : graph.ScheduleLogSnr(t, curve);
        Value z, eps;
        if (given)
        {
            eps = graph.Input("eps", B, DataDim);
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
