using System.CommandLine;
using System.Text;
using Hybrid.Bench.Comparison;
using Hybrid.Bench.Exactness;
using Hybrid.Bench.RealDigits;
using Hybrid.Training;
using Hybrid.Training.Files;
using Spectre.Console;

namespace Hybrid.Bench;

/// <summary>Speed and exactness of everything.</summary>
/// <remarks>
/// Exit code 0: all is right; 1: a rung gave wrong bits, a step allocated or an exactness row failed; 2: a
/// mistake that the person at the keyboard can mend.
/// </remarks>
public static class Program
{
    const int Right = 0, Wrong = 1, Mistake = 2;

    public static int Main(string[] args)
    {
        Console.OutputEncoding = Encoding.UTF8;
        return args switch
        {
            ["micro", .. var rest] => MicroBenchmarks.Run(rest),
            [PeerWorker.Verb, .. var job] => PeersCommand.Work(job, Console.Error),
            _ => Run(args, Console.Out, Console.Error, Catalogue.All),
        };
    }

    /// <summary>Everything but <c>micro</c>, which belongs to BenchmarkDotNet.</summary>
    internal static int Run(
        string[] args, TextWriter output, TextWriter errors, IReadOnlyList<ExactnessExperiment> catalogue)
    {
        var parsed = Root(output, catalogue).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            errors.WriteLine($"bench: {parsed.Errors[0].Message.Trim()} See 'bench --help'.");
            return Mistake;
        }
        try
        {
            return parsed.Invoke(
                new() { EnableDefaultExceptionHandler = false, Output = output, Error = errors });
        }
        catch (UserError e)
        {
            errors.WriteLine($"bench: {e.Message}");
            return Mistake;
        }
    }

    static RootCommand Root(TextWriter output, IReadOnlyList<ExactnessExperiment> catalogue)
    {
        var quick = new Option<bool>("--quick")
        {
            Description = "The same sections at smaller sizes, with fewer repetitions.",
            Recursive = true,
        };
        var filter = new Option<string>("--filter")
        {
            Description = "Only what has S in its name.", HelpName = "S",
        };
        var json = new Option<string>("--json")
        {
            Description = "Also write the results to FILE.", HelpName = "FILE", Recursive = true,
        };
        var studies = new StudyCommands(quick, json, output);
        IReadOnlyList<ExactnessExperiment> usual = [.. catalogue.Where(experiment => !experiment.Full)];
        var root = new RootCommand("Speed and exactness of everything, in under three minutes.")
        {
            quick, json,
            Section("roofline", "Measure what this machine can do.", (run, chosen) => run.Roofline(chosen)),
            Speed(),
            Exactness(),
            Section("curves", "Fit how time and memory grow with batch, width, latent dimension and N.",
                (run, chosen) => run.Curves(chosen)),
            PeersCommand.New(filter, quick, json, () => Plain(output)),
            DigitsCommand.New(DigitStudy.Priors, studies),
            DigitsCommand.New(DigitStudy.Nll, studies),
            HierarchyCommand.New(studies),
            PicturesCommand.New(studies),
            LabelsCommand.New(studies),
            LatentCommand.New(studies),
            new Command("micro", "BenchmarkDotNet on single lanes; takes BenchmarkDotNet's own arguments."),
            Profile(), Ptx(), GpuReport(),
        };
        root.SetAction(parsed => Measure(parsed, run =>
        {
            run.Roofline(Filter.All);
            run.Speed(Filter.All);
            run.Exactness(Filter.All, usual);
            run.Curves(Filter.All);
        }, run => run.Report));
        return root;

        Command Section(
            string name, string description, Action<BenchRun, Filter> measure,
            Func<BenchRun, object>? result = null)
        {
            var command = new Command(name, description) { filter };
            command.SetAction(parsed => Measure(
                parsed, run => measure(run, new(parsed.GetValue(filter))), result ?? (run => run.Report)));
            return command;
        }

        Command Speed()
        {
            var device = new Option<string>("--device")
            {
                Description = "cuda: a GPU's ladders and steps only (host's and a GPU's).", HelpName = "KIND",
            };
            var command = new Command("speed", "Check, then time the ladders and a VAE training step.")
            {
                filter, device,
            };
            command.SetAction(parsed =>
            {
                var kind = parsed.GetValue(device);
                if (kind is not null) _ = ExactnessDevice.Of(kind);
                return Measure(
                    parsed,
                    run => run.Speed(new(parsed.GetValue(filter)), onlyGpu: kind == "cuda"),
                    run => run.Report);
            });
            return command;
        }

        Command Exactness()
        {
            var device = new Option<string>("--device")
            {
                Description = "host (unless told) or cuda: where models are trained.", HelpName = "KIND",
            };
            var full = new Option<bool>("--full")
            {
                Description = "Also the experiments that take minutes, or real digits in ../shared/data/mnist.",
            };
            var command = new Command("exactness", "Compare trained models with what theory knows.")
            {
                filter, device, full,
            };
            command.SetAction(parsed =>
            {
                var open = ExactnessDevice.Of(parsed.GetValue(device));
                return Measure(
                    parsed,
                    run => run.Exactness(
                        new(parsed.GetValue(filter)), parsed.GetValue(full) ? catalogue : usual, open),
                    run => run.Report.Exactness!);
            });
            return command;
        }

        int Measure(ParseResult parsed, Action<BenchRun> measure, Func<BenchRun, object> result)
        {
            var path = parsed.GetValue(json);
            if (path is not null) AtomicFile.RequireWritable(path);
            BenchRun run = null!;
            Action? save = path is null ? null : () => BenchJson.Write(path, result(run));
            run = new(Plain(output), parsed.GetValue(quick)) { Measured = save };
            measure(run);
            save?.Invoke();
            return run.Report.Right ? Right : Wrong;
        }
    }

    static Command Profile()
    {
        var operation = new Argument<string>("operation")
        {
            Description = "Such as KlRows.", HelpName = "OP",
        };
        var command = new Command("profile", "Launch each GPU rung of OP once, for Nsight.") { operation };
        command.SetAction(parsed => GpuLadders.Profile(parsed.GetValue(operation)!));
        return command;
    }

    static Command Ptx()
    {
        var folder = new Argument<string>("folder") { Description = "Made if it is not there.", HelpName = "FOLDER" };
        var command = new Command("ptx", "Write every GPU kernel's PTX into FOLDER; needs no GPU.") { folder };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(folder)!;
            parsed.InvocationConfiguration.Output.WriteLine($"{PtxFiles.Write(path)} kernels in {path}");
            return Right;
        });
        return command;
    }

    static Command GpuReport()
    {
        var folder = new Argument<string>("folder") { Description = "What run-on-gpu.sh wrote.", HelpName = "FOLDER" };
        var command = new Command("gpu-report", "Gather what a GPU said into one file of JSON in FOLDER.") { folder };
        command.SetAction(parsed =>
        {
            var (report, file) = new GpuResults(parsed.GetValue(folder)!).Write();
            parsed.InvocationConfiguration.Output.WriteLine(
                $"{report.Gpu.Name}: {report.Steps.Count} steps, {report.Steps.Count(step => step.Code != 0)} failed, "
                + $"{report.Missing.Count} left out; {file}");
            return Right;
        });
        return command;
    }

    /// <summary>A console that is wide enough for the tables wherever the text goes.</summary>
    static IAnsiConsole Plain(TextWriter output)
    {
        const int widest = 132;
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = Math.Max(console.Profile.Width, widest);
        return console;
    }
}
