using System.Globalization;
using Hybrid.Autodiff;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Models;

namespace Hybrid.Docs.Tests;

/// <summary>What a training step of a Bernoulli VAE launches and how much memory it needs.</summary>
/// <remarks><c>data=64 hidden=16,8 latent=2 B=8</c> says which.</remarks>
static class PlanCounts
{
    /// <summary><c>count: plan …</c>: the launches in their order.</summary>
    public static string Plan(BlockArguments arguments)
    {
        using var device = new HostDevice(1);
        var lines = Training(device, arguments).Describe();
        return $"```\n{string.Join('\n', lines.Select((line, i) => $"{i + 1,2}  {line}"))}\n```";
    }

    /// <summary><c>count: memory …</c>: buffers if every value had its own, and as they are.</summary>
    public static string Memory(BlockArguments arguments)
    {
        using var device = new HostDevice(1);
        var plan = Training(device, arguments);
        var own = plan.Launches.Sum(launch =>
            launch.Out.Length + (launch.Out2 == launch.Out ? 0 : launch.Out2.Length));
        return new Table("Of one training step", "Count")
            .Row("Launches", plan.Launches.Count)
            .Row("Words, if every launch had its own output", own)
            .Row("Words of buffers that the plan assigned", plan.TemporaryWords)
            .ToString();
    }

    static Plan Training(HostDevice device, BlockArguments arguments)
    {
        var hidden = arguments.Get("hidden", "").Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(width => int.Parse(width, CultureInfo.InvariantCulture)).ToArray();
        var shape = new VaeShape(
            arguments.Int("data"), hidden, arguments.Int("latent"), Activation.Tanh, Likelihood.Bernoulli);
        return new Vae(device, shape, seed: 1).TrainingPlan(arguments.Int("B")).Plan;
    }
}
