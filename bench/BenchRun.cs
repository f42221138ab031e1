using Hybrid.Bench.Exactness;
using Hybrid.Devices;
using Hybrid.Devices.Gpu;
using Hybrid.Devices.Host;
using Hybrid.Training;
using Spectre.Console;

namespace Hybrid.Bench;

/// <summary>One run of the bench: measures section by section and prints as it goes.</summary>
/// <param name="console">Where tables go.</param>
/// <param name="quick">Smaller shapes, fewer repetitions.</param>
public sealed class BenchRun(IAnsiConsole console, bool quick)
{
    readonly MachineFacts machine = MachineFacts.Here();
    readonly Stopping stopping = quick ? Stopping.Quick : Stopping.Full;
    IReadOnlyList<Ceiling>? ceilings;
    BenchReport? report;

    /// <summary>What was measured so far.</summary>
    public BenchReport Report => report ??= new(machine);

    /// <summary>Called after every ladder, when the report has it: a run that is cut off leaves what it has.</summary>
    public Action? Measured { get; init; }

    /// <summary>The machine and its measured ceilings.</summary>
    /// <exception cref="UserError">The filter matches nothing.</exception>
    public void Roofline(Filter filter)
    {
        PrintMachine();
        var all = RooflineProbes.Of(machine);
        var chosen = all.Where(probe => filter.Passes(probe.Name)).ToList();
        if (chosen.Count == 0) throw filter.Nothing(all.Select(probe => probe.Name));
        Report.Roofline = [.. chosen.Select(probe => probe.Measure(stopping.ForCeiling))];
        if (chosen.Count == all.Count) ceilings = Report.Roofline;
        console.Write(Tables.Roofline(Report.Roofline));
        Line("Copies count bytes read + bytes written. The best repetition of each kind is the roofline.");
    }

    /// <summary>The ladders, and training steps of a VAE and of denoisers of pictures.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="onlyGpu">A GPU's only; the host still says what is right.</param>
    /// <exception cref="UserError">The filter matches nothing.</exception>
    public void Speed(Filter filter, bool onlyGpu = false)
    {
        var all = onlyGpu ? Bench.GpuLadders.Cases(quick) : [.. Cases()];
        var chosen = all.Where(operation => filter.Passes(operation.Name)).ToList();
        var steps = filter.Passes(VaeStep.Name);
        string[] denoisers = onlyGpu
            ? [] : [.. new[] { DenoiserStep.UNetName, DenoiserStep.TransformerName }.Where(filter.Passes)];
        if (chosen.Count == 0 && !steps && denoisers.Length == 0)
            throw filter.Nothing(
            [
                .. all.Select(operation => operation.Operation).Distinct(), VaeStep.Name, DenoiserStep.UNetName,
                DenoiserStep.TransformerName,
            ]);
        if (onlyGpu)
        {
            GpuLadders(filter);
            if (steps) GpuVaeSteps();
            return;
        }
        if (ceilings is null) Roofline(Filter.All);
        var roofline = Devices.Measure.Roofline.Of(ceilings!, machine);
        if (chosen.Count > 0) Ladders(chosen, roofline);
        GpuLadders(filter);
        if (denoisers.Length > 0) DenoiserSteps(denoisers, roofline);
        if (!steps) return;
        VaeSteps(roofline);
        GpuVaeSteps();
    }

    IEnumerable<OperationCase> Cases() =>
        [
            .. RowCases.All(quick ? 1 : 8), .. DiffusionCases.All(quick ? 1 : 8), .. ProductCases.All(512),
            .. ConvCases.All(quick), .. AttentionCases.All(8, quick ? 64 : 256),
            .. DensityCases.All(quick ? 256 : 2048), .. LikelihoodCases.All(),
            .. PictureCases.All(quick ? 16 : 128), .. ModulationCases.All(quick ? 16 : 128),
        ];

    void Ladders(IEnumerable<OperationCase> operations, Roofline roofline)
    {
        Rule("ladders: every rung's bits are checked against the first rung's, then it is timed");
        var rungs = HostRungs.Of(machine);
        var results = new List<LadderResult>();
        Report.Ladders = results;
        Climb(operations.Select(operation => operation.On(rungs)), roofline, results);
        Line("Of roofline: the time that the whole machine needs at least, for the bytes or for the flops, "
            + "over the median. Transcendental functions are not counted as flops. An operation that reads "
            + "more than it writes, or writes where it reads, can pass the copy's rate.");
    }

    void GpuLadders(Filter filter)
    {
        if (!GpuDevice.TryCuda(out var gpu, out _))
        {
            Report.Gpu = Bench.GpuLadders.None;
            Line(Bench.GpuLadders.None);
            return;
        }
        Roofline roofline;
        ProductSteps beside;
        using (gpu)
        {
            Report.Gpu = gpu.Description;
            Rule($"GPU ladders on {gpu.Description}: checked against the host's bits, then timed by markers");
            Report.GpuRoofline = GpuRoofline.Measure(gpu, stopping);
            console.Write(Tables.Roofline(Report.GpuRoofline));
            roofline = GpuRoofline.Of(Report.GpuRoofline);
            beside = Beside(gpu);
        }
        var chosen = Bench.GpuLadders.Cases(quick).Where(operation => filter.Passes(operation.Name));
        var results = new List<LadderResult>();
        Report.GpuLadders = results;
        Climb(
            chosen.Select(operation => Bench.GpuLadders.On(operation, Bench.GpuLadders.Open, beside)), roofline,
            results);
        Line("Of cuBLAS: its median over ours, with factors of the same bits; its product alone, while a layer's "
            + "kernel adds the bias and activates in the same launch.");
    }

    ProductSteps Beside(GpuDevice gpu)
    {
        if (!CuBlasLibrary.TryLoad(
            Environment.GetEnvironmentVariable(CuBlasLibrary.Variable), out var library, out var missing))
        {
            Report.CuBlas = missing;
            Line(missing);
            return new(Bench.GpuLadders.Open, null, []);
        }
        Report.CuBlas = library.About;
        Line(library.About);
        var yardsticks = new List<Factors>();
        foreach (var factors in Enum.GetValues<Factors>())
            if (ProductSteps.Refusal(library, gpu, factors) is { } why)
                Line($"cuBLAS, {factors.ToString().ToLowerInvariant()}, left out: {why}");
            else yardsticks.Add(factors);
        return new(Bench.GpuLadders.Open, library, yardsticks);
    }

    void Climb(IEnumerable<LadderCase> ladders, Roofline roofline, List<LadderResult> results)
    {
        console.Write(Tables.LadderHeader());
        foreach (var ladder in ladders)
        {
            var result = SpeedLadder.Run(ladder, roofline, stopping);
            results.Add(result);
            Line(Tables.LadderTitle(result));
            console.Write(Tables.Ladder(result));
            Measured?.Invoke();
        }
    }

    void VaeSteps(Roofline roofline)
    {
        Rule("a VAE training step");
        Report.VaeSteps = [.. VaeStep.Batches.Select(B => VaeStep.OnHost(B, roofline, stopping))];
        console.Write(Tables.VaeSteps(Report.VaeSteps));
    }

    void DenoiserSteps(string[] names, Roofline roofline)
    {
        Rule("training steps of denoisers of digits");
        var B = quick ? 8 : 64;
        Report.DenoiserSteps =
        [
            .. names.Select(name => name == DenoiserStep.UNetName
                ? DenoiserStep.OfUNet(DenoiserStep.UNet, B, roofline, stopping)
                : DenoiserStep.OfTransformer(DenoiserStep.Transformer, B, roofline, stopping)),
        ];
        console.Write(Tables.DenoiserSteps(Report.DenoiserSteps));
    }

    /// <summary>The same on a GPU, its launches one by one and as one graph.</summary>
    void GpuVaeSteps()
    {
        if (!GpuDevice.TryCuda(out var gpu, out _)) return;
        gpu.Dispose();
        Rule("a VAE training step on the GPU: its launches one by one, and as one graph");
        var roofline = GpuRoofline.Of(Report.GpuRoofline!);
        Report.GpuVaeSteps =
        [
            .. from B in VaeStep.Batches
               from asGraph in new[] { false, true }
               select VaeStep.OnGpu(Bench.GpuLadders.Open, B, asGraph, roofline, stopping),
        ];
        console.Write(Tables.VaeSteps(Report.GpuVaeSteps));
    }

    /// <summary>Figures that theory knows, and what the kernels made of them.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="catalogue">Of all there are.</param>
    /// <param name="open">A device for each; the host unless told.</param>
    /// <exception cref="UserError">The filter matches nothing.</exception>
    public void Exactness(
        Filter filter, IReadOnlyList<ExactnessExperiment> catalogue, Func<Device>? open = null)
    {
        var chosen = catalogue.Where(experiment => filter.MayPassBelow(experiment.Name)).ToList();
        if (chosen.Count == 0 && filter.Text is not null) throw Nothing();
        Rule("exactness");
        foreach (var about in chosen.Select(experiment => experiment.About).Distinct()) Line(about);
        Line(ExactnessLine.Header);
        var rows = new List<ExactnessRow>();
        foreach (var experiment in chosen)
            foreach (var row in experiment.Run(open ?? (() => new HostDevice())))
            {
                if (!filter.Passes(row.Name) && !filter.Passes(experiment.Name)) continue;
                rows.Add(row);
                Line(ExactnessLine.Of(row));
            }
        if (rows.Count == 0 && filter.Text is not null) throw Nothing();
        Report.Exactness = rows;

        UserError Nothing() => filter.Nothing(catalogue.Select(experiment => experiment.Name));
    }

    /// <summary>How time and memory grow with batch, width, latent dimension and N.</summary>
    /// <exception cref="UserError">The filter matches nothing.</exception>
    public void Curves(Filter filter)
    {
        var all = CostCurves.All(quick);
        var chosen = all.Where(sweep => filter.Passes(sweep.Name)).ToList();
        if (chosen.Count == 0) throw filter.Nothing(all.Select(sweep => sweep.Name));
        Rule("cost curves: exponents by least squares over logarithms");
        Report.Curves = [.. chosen.SelectMany(sweep => CostCurves.Measure(sweep, stopping))];
        console.Write(CurveTables.Of(Report.Curves));
        Line("Expected: the exponent of the counted flops (time) or bytes (memory) over the same sizes. Small "
            + "sizes reach a smaller part of the machine, so times may grow more slowly than their flops.");
    }

    void PrintMachine()
    {
        Rule("machine and roofline");
        Line($"{machine.Cpu} · {machine.Isa} · {machine.Threads} thread{(machine.Threads == 1 ? "" : "s")} · "
            + $"L2 {machine.L2Bytes >> 10} KiB · L3 {machine.L3Bytes >> 20} MiB");
        Line($"{machine.DotNet} · {machine.Os}");
    }

    void Rule(string title) => console.Write(new Rule(Markup.Escape(title)) { Justification = Justify.Left });

    void Line(string text) => console.WriteLine(text);
}
