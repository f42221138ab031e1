using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Training;

/// <summary>How the learning rate falls during a run.</summary>
public enum LearningRateSchedule
{
    Constant,

    /// <summary>In a straight line to 0 at the last step.</summary>
    Linear,
}

/// <summary>Adam (Kingma &amp; Ba 2015) on all parameters of a model at once.</summary>
/// <param name="device">Where.</param>
/// <param name="parameters">Of the model.</param>
/// <param name="clip">The greatest norm of a whole step's gradient (Pascanu et al. 2013); 0 for none.</param>
public sealed class AdamOptimizer(Device device, Parameters parameters, double clip = 0)
{
    readonly Tensor chunks = device.Arena.Allocate((int)((parameters.Gradient.Length - 1) / GradientClip.Chunk) + 1, 1);
    readonly Tensor squares = device.Arena.Allocate(1, 1);

    public Device Device { get; } = device;

    /// <summary>What it moves.</summary>
    public Parameters Parameters { get; } = parameters;

    /// <summary>The moments, in the layout of the parameter block.</summary>
    public Tensor M { get; } = parameters.NewBlock();

    /// <inheritdoc cref="M"/>
    public Tensor V { get; } = parameters.NewBlock();

    /// <summary>Steps taken.</summary>
    public long Steps { get; set; }

    /// <summary>One step along the gradient that a plan has just written.</summary>
    public void Step(double learningRate)
    {
        if (clip > 0)
        {
            Device.Ops.SquareSums(Parameters.Gradient, chunks);
            Device.Ops.Sum(chunks, 1, squares);
            Device.Ops.ClipNorm(Parameters.Gradient, squares, (float)clip);
        }
        Device.Ops.Adam(
            Parameters.Values, Parameters.Gradient, M, V, AdamStep.At(++Steps, learningRate));
    }

    /// <summary>One step of a part of the parameters, which count their own steps.</summary>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="from">First word of the block; a parameter begins there.</param>
    /// <param name="words">How many.</param>
    /// <param name="number">Steps of this part, this one included: 1, 2, …</param>
    public void Step(double learningRate, int from, int words, long number) =>
        Device.Ops.Adam(
            Parameters.Values.RowRange(from, words), Parameters.Gradient.RowRange(from, words),
            M.RowRange(from, words), V.RowRange(from, words), AdamStep.At(number, learningRate));

    /// <summary>The rate of step <paramref name="step"/> = 0, 1, … of <paramref name="total"/>.</summary>
    public static double Rate(LearningRateSchedule schedule, double start, long step, long total) =>
        schedule == LearningRateSchedule.Linear ? start * (1 - (double)step / total) : start;
}
