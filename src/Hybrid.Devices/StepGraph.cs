namespace Hybrid.Devices;

/// <summary>Launches that are made again and again: the same, but for the values of their arguments.</summary>
/// <remarks>
/// A GPU launches them as one. What changes from step to step, such as a counter of the noise or a learning rate, is
/// an argument; a tensor may be another part of its arena, but neither shapes nor operations may change. It lives as
/// long as its device.
/// </remarks>
/// <param name="launches">
/// Calls <see cref="Device.Ops"/> and neither copies nor waits; called once for every run.
/// </param>
public class StepGraph(Action launches)
{
    protected Action Launches { get; } = launches;

    /// <summary>Launches all of it, in order.</summary>
    public virtual void Run() => Launches();
}
