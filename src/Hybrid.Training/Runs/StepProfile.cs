using System.Diagnostics;
using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Devices.Measure;
using Hybrid.Kernels;

namespace Hybrid.Training;

/// <summary>One launch of a training step.</summary>
/// <param name="Text">Operation, operands → outputs.</param>
/// <param name="Cost">What it has to move and to compute.</param>
public readonly record struct StepLaunch(string Text, Cost Cost);

/// <summary>A training step taken apart: its launches, what each must cost, and what each takes.</summary>
/// <remarks>A step is the plan's launches and Adam's; what fills the batch is not part of it.</remarks>
public sealed class StepProfile
{
    /// <summary>Enough that a median means something.</summary>
    const int Runs = 31;

    const double WarmUpSeconds = 0.5;

    readonly Device device;
    readonly Plan plan;
    readonly AdamOptimizer optimizer;
    readonly long[] ticks;

    public StepProfile(Device device, Plan plan, Parameters parameters)
    {
        (this.device, this.plan) = (device, plan);
        optimizer = new(device, parameters);
        ticks = new long[plan.Launches.Count];
        var words = parameters.Values.Length;
        Launches =
        [
            .. plan.Describe().Zip(
                plan.Launches, (text, launch) => new StepLaunch(text, LaunchCost.Of(launch))),
            new($"Adam [{words}]", AdamUpdate.Cost(words)),
        ];
    }

    /// <summary>In order; the last is Adam.</summary>
    public IReadOnlyList<StepLaunch> Launches { get; }

    /// <summary>Operations of the graph and Adam: what would be launched if none were joined.</summary>
    public int Operations => plan.Operations + 1;

    /// <summary>Bytes of memory for values that live only within a step.</summary>
    public long TemporaryBytes => sizeof(float) * plan.TemporaryWords;

    /// <summary>The whole step's.</summary>
    public Cost Total => Launches.Aggregate(default(Cost), (sum, launch) => sum + launch.Cost);

    /// <summary>The median seconds of each launch over many steps, each waited for.</summary>
    public double[] Measure()
    {
        var warmUp = Stopwatch.StartNew();
        uint step = 0;
        while (warmUp.Elapsed.TotalSeconds < WarmUpSeconds) Run(step++);
        var samples = Array.ConvertAll(new double[Launches.Count][], _ => new double[Runs]);
        for (var run = 0; run < Runs; run++)
        {
            samples[^1][run] = Run(step++);
            for (var i = 0; i < ticks.Length; i++)
                samples[i][run] = (double)ticks[i] / Stopwatch.Frequency;
        }
        return Array.ConvertAll(samples, launch => Spread.Of(launch).Median);
    }

    /// <summary>One step that leaves the parameters where they are.</summary>
    public void RunOnce() => Run(0);

    /// <returns>Seconds of Adam.</returns>
    double Run(uint step)
    {
        plan.RunTimed(step, ticks);
        var start = Stopwatch.GetTimestamp();
        // A rate of 0 keeps the parameters where they are, and costs the same.
        optimizer.Step(0);
        device.Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
