using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Models;

namespace Hybrid.Training;

/// <summary>Steps of the encoder alone, until they stop paying: they keep it from lagging behind.</summary>
/// <remarks>
/// He et al. 2019, arXiv:1901.05534, algorithm 1. Before each step of the decoder the encoder takes steps until the
/// mean loss of ten no longer falls. Once I_q, exact on the test set, has stood still for a few epochs, training goes
/// on as usual. Encoder and decoder count Adam's steps on their own, as they take different numbers of them.
/// </remarks>
sealed class AggressiveUpdates
{
    /// <summary>Encoder steps whose mean loss is compared.</summary>
    const int Window = 10;

    /// <summary>
    /// Batches and noise of the encoder's steps are numbered from here: training's never get so far.
    /// </summary>
    const uint FirstNumber = 1u << 31;

    readonly Device device;
    readonly VaeTrainer trainer;
    readonly VaePlan plan;
    readonly Tensor losses;
    readonly float[] host = new float[2];
    readonly StepGraph encoderStep;
    readonly int encoderWords, patience, most;

    /// <param name="device">Where the trainer works.</param>
    /// <param name="trainer">Whose encoder.</param>
    /// <param name="plan">The trainer's plan.</param>
    public AggressiveUpdates(Device device, VaeTrainer trainer, VaePlan plan)
    {
        (this.device, this.trainer, this.plan) = (device, trainer, plan);
        var remedy = trainer.Options.Countermeasure;
        (encoderWords, patience, most) = (trainer.Vae.EncoderWords, (int)remedy.First, (int)remedy.Second);
        losses = device.Arena.Allocate(2, 1);
        device.Ops.Fill(losses, 0);
        encoderStep = device.Graph(EncoderLaunches);
    }

    /// <summary>Adam's steps of the encoder, of both kinds.</summary>
    public long EncoderSteps { get; set; }

    /// <summary>Whether the encoder still takes steps of its own.</summary>
    public bool IsActive { get; private set; } = true;

    /// <summary>Looks at the I_q of the epochs so far.</summary>
    /// <param name="epochs">Nats, in order.</param>
    public void Judge(IEnumerable<double> epochs) =>
        IsActive = StillGrows(epochs, patience);

    /// <summary>
    /// Whether no <paramref name="patience"/> epochs in a row went by without a new greatest value.
    /// </summary>
    internal static bool StillGrows(IEnumerable<double> epochs, int patience)
    {
        var (greatest, since) = (double.NegativeInfinity, 0);
        foreach (var value in epochs)
        {
            if (value > greatest) (greatest, since) = (value, 0);
            else if (++since == patience) return false;
        }
        return true;
    }

    #region aggressive
    /// <summary>The encoder's own steps before a step of the decoder.</summary>
    public void CatchUp()
    {
        if (!IsActive) return;
        var before = double.PositiveInfinity;
        for (var i = 1; i <= most; i++)
        {
            encoderStep.Run();
            if (i % Window != 0) continue;
            var loss = Loss();
            if (!(loss < before)) return;
            before = loss;
        }
    }

    void EncoderLaunches()
    {
        var number = FirstNumber + (uint)EncoderSteps;
        trainer.Forward((int)(EncoderSteps % trainer.StepsPerEpoch), number);
        device.Ops.Add(plan.MeanNll, losses.RowRange(0, 1));
        device.Ops.Add(plan.MeanKl, losses.RowRange(1, 1));
        trainer.Optimizer.Step(trainer.LearningRate, 0, encoderWords, ++EncoderSteps);
    }
    #endregion

    /// <summary>The objective summed over the window; waits for the device.</summary>
    double Loss()
    {
        device.Download(losses, host);
        device.Ops.Fill(losses, 0);
        return host[0] + trainer.Options.Beta * host[1];
    }

    /// <summary>Adam after a step: the decoder, and the encoder where it takes no steps of its own.</summary>
    public void Update(double learningRate)
    {
        var (optimizer, words) = (trainer.Optimizer, (int)trainer.Vae.Parameters.Values.Length);
        optimizer.Step(learningRate, encoderWords, words - encoderWords, ++optimizer.Steps);
        if (!IsActive) optimizer.Step(learningRate, 0, encoderWords, ++EncoderSteps);
    }
}
