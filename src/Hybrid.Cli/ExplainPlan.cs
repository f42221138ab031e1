using System.CommandLine;
using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Devices.Measure;
using Hybrid.Formulas;
using Hybrid.Kernels;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary><c>hybrid explain --plan MODEL</c>: what a training step launches, and what that costs.</summary>
/// <remarks>Without <c>--time</c> nothing is run, and every machine prints the same.</remarks>
sealed class ExplainPlan
{
    const int LargestWidth = 65_536;

    /// <summary>2²⁸ floats are 1 GiB.</summary>
    const long LargestTensor = 1L << 28;

    static readonly Stopping Ceilings = new(0.02, 0.06, 5, 1000);

    readonly Option<string?> model = Optional<string?>("--plan", "MODEL",
        $"Show a training step: {string.Join(", ", PlannedModel.All.Select(model => model.Name))}.");

    readonly Option<bool> time = new("--time")
    {
        Description = "With --plan: run it, and hold every launch against this machine's roofline.",
    };

    readonly Option<bool> count = new("--count")
    {
        Description = "With --plan: run the PTX of its GPU kernels on an interpreter, and count like a profiler.",
    };

    readonly Option<int?> dim = Optional<int?>("--dim", "D", "With --plan: columns of the data.");
    readonly Option<string?> hidden = Optional<string?>("--hidden", "W,W…",
        "With --plan: widths of hidden layers.");

    readonly Option<int?> latent = Optional<int?>("--latent", "K", "With --plan: dimensions of a VAE's z.");
    readonly Option<int?> batch = Optional<int?>("--batch", "B", "With --plan: rows of a batch.");

    readonly Option<Activation?> activation = Optional<Activation?>("--activation", "ACT",
        "With --plan: between layers.");

    readonly DeviceOptions device = new();

    static Option<T> Optional<T>(string name, string value, string help) =>
        new(name) { Description = help, HelpName = value };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[model, time, count, dim, hidden, latent, batch, activation])
            command.Add(option);
        device.AddTo(command);
    }

    /// <summary>Whether a plan is asked for.</summary>
    public bool IsAsked(ParseResult parsed) => parsed.GetValue(model) is not null;

    public void Run(ParseResult parsed)
    {
        var planned = PlannedModel.Find(parsed.GetValue(model)!);
        var sizes = Sizes(parsed, planned);
        var timed = parsed.GetValue(time);
        var title = $"{planned.Name} {planned.Text(sizes)}, batch {sizes.B}";
        if (parsed.GetValue(count))
        {
            if (timed) throw new UserError("--count", "is another run than --time", "give one of them");
            CountedStep.Print(planned, sizes, title);
            return;
        }
        using var opened = timed ? device.Open(parsed) : new HostDevice(1);
        var step = planned.Build(opened, sizes);
        var profile = new StepProfile(opened, step.Plan, step.Parameters);
        if (!timed)
        {
            PlanTable.Print(title, profile);
            return;
        }
        foreach (var input in step.Inputs) opened.Ops.Uniforms(input, new Noise(1, 0, 0));
        PlanTable.Print(title, profile, opened, Roof(opened), profile.Measure());
    }

    /// <summary>What the device's own threads can reach; null where that is not the host.</summary>
    static Roofline? Roof(Device device)
    {
        if (device is not HostDevice host) return null;
        var machine = MachineFacts.Here() with { Threads = host.Pool.Threads };
        return Roofline.Of([.. RooflineProbes.Of(machine).Select(probe => probe.Measure(Ceilings))], machine);
    }

    PlannedSizes Sizes(ParseResult parsed, PlannedModel planned)
    {
        foreach (Option option in (Option[])[dim, hidden, latent, activation])
            if (parsed.GetResult(option) is not null && !planned.Settable.Contains(option.Name))
                throw new UserError(option.Name, $"is nothing that {planned.Name} has", "leave it out");
        var usual = planned.Usual;
        var sizes = new PlannedSizes(
            parsed.GetValue(dim) ?? usual.D,
            parsed.GetValue(hidden) is { } text ? Widths.Parse(text) : usual.Hidden,
            parsed.GetValue(latent) ?? usual.Latent,
            parsed.GetValue(batch) ?? usual.B,
            parsed.GetValue(activation) ?? usual.Activation);
        // The ranges are those of training.
        new VaeRunOptions
        {
            Hidden = sizes.Hidden, BatchSize = sizes.B, Activation = sizes.Activation,
            Latent = parsed.GetValue(latent) ?? Math.Max(1, sizes.Latent),
        }.Validated();
        if (sizes.D is < 1 or > LargestWidth)
            throw new UserError(
                $"--dim {sizes.D}", "is out of range, it is a width", $"give 1 to {LargestWidth:N0}");
        int[] widths = [sizes.D, .. sizes.Hidden];
        if (planned.Rows(sizes) * widths.Max() > LargestTensor)
            throw new UserError($"--batch {sizes.B}",
                $"makes layers of more than {LargestTensor:N0} numbers", "give a smaller batch");
        for (var i = 1; i < widths.Length; i++)
            if ((long)widths[i - 1] * widths[i] > LargestTensor / 2)
                throw new UserError($"--hidden {string.Join(',', sizes.Hidden)}",
                    $"makes more than {LargestTensor / 2:N0} weights", "give smaller widths");
        return sizes;
    }
}
