using Hybrid.Devices.Gpu;

namespace Hybrid.Bench;

/// <summary>Times on a GPU's own clock: markers in its stream, before and after a row of launches.</summary>
static class GpuTiming
{
    public static Timing Of(GpuDevice gpu, Action launch, Stopping stopping)
    {
        return Timing.Of(Seconds, stopping);

        double Seconds(int calls)
        {
            using var start = gpu.Stream.AddProfilingMarker();
            for (var i = 0; i < calls; i++) launch();
            using var end = gpu.Stream.AddProfilingMarker();
            gpu.Synchronize();
            return end.MeasureFrom(start).TotalSeconds;
        }
    }
}
