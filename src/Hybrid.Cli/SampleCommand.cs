using System.CommandLine;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Reporting;
using Hybrid.Training;
using Hybrid.Training.Checkpoints;

namespace Hybrid.Cli;

/// <summary><c>hybrid sample</c>: pictures of p(x | z), points of a mixture, or classes of codes.</summary>
static class SampleCommand
{
    const int MostImages = 10_000, MostRows = 1_000_000;

    public static Command Create()
    {
        var command = new Command("sample",
            "Draw from a model: a VAE's means for z from its prior or a diffusion's pictures as a PNG sheet, M2's with a row"
            + " for each class, a mixture's or a diffusion's points as CSV, or z from a bottleneck's r(z) and the classes"
            + " q(y | z) as CSV.");
        var model = new ModelOptions(command);
        var count = new Option<int>("--count")
        {
            Description = "How many; of M2 as many of each class as make up these.", HelpName = "N",
            DefaultValueFactory = _ => 64,
        };
        var seed = new Option<ulong>("--seed") { Description = "Of the draws.", HelpName = "N" };
        var output = new Option<string?>("--out")
        {
            Description = "The file; samples.png or samples.csv unless told.", HelpName = "FILE",
        };
        command.Add(count);
        command.Add(seed);
        command.Add(output);
        var sampler = new DiffusionSamples(command);
        command.SetAction(parsed =>
        {
            var n = parsed.GetValue(count);
            if (n is < 1 or > MostRows) throw NoCount(n, MostRows);
            using var device = model.OpenDevice(parsed);
            var file = model.Read(parsed);
            var kind = ModelFile.KindOf(file);
            sampler.RequireKind(parsed, kind);
            var pictures = kind is VaeCheckpoint.Kind or HierarchyCheckpoint.Kind or M2Checkpoint.Kind
                || kind is DiffusionCheckpoint.Kind && DiffusionCheckpoint.Of(file).MakesPictures;
            if (pictures && n > MostImages) throw NoCount(n, MostImages);
            var path = parsed.GetValue(output) ?? (pictures ? "samples.png" : "samples.csv");
            var draws = parsed.GetValue(seed);
            var said = kind switch
            {
                VaeCheckpoint.Kind => Vae(VaeCheckpoint.Of(file), device, n, draws, path),
                MixtureCheckpoint.Kind => Mixture(MixtureCheckpoint.Of(file), device, n, draws, path),
                HierarchyCheckpoint.Kind => Hierarchy(HierarchyCheckpoint.Of(file), device, n, draws, path),
                VibCheckpoint.Kind => Vib(VibCheckpoint.Of(file), device, n, draws, path),
                M2Checkpoint.Kind => OfEachClass(M2Checkpoint.Of(file), device, ref n, draws, path),
                DiffusionCheckpoint.Kind => sampler.Write(
                    parsed, DiffusionCheckpoint.Of(file), device, n, draws, path),
                ImCheckpoint.Kind => throw new UserError(
                    file.Path, "holds a channel, which passes on what it is given", "ask 'hybrid evaluate' of it"),
                _ => throw new UserError(file.Path, "holds no model of Hybrid", EvaluateCommand.Writers),
            };
            Console.WriteLine($"{n} samples{said} · {path}");
            return 0;
        });
        return command;
    }

    static UserError NoCount(int n, int most) =>
        new($"--count {n}", "is not a number of samples", $"give 1 to {most:N0}");

    static string Vae(VaeCheckpoint checkpoint, Device device, int count, ulong seed, string path)
    {
        var vae = checkpoint.Load(device);
        var (plan, mean) = vae.DecoderPlan(count);
        vae.SamplePrior(plan.Input("z"), seed);
        plan.Run(0);
        PngSheet.Write(path, device.ToArray(plan.TensorOf(mean)), new(checkpoint.Height, checkpoint.Width));
        return "";
    }

    static string Hierarchy(HierarchyCheckpoint checkpoint, Device device, int count, ulong seed, string path)
    {
        var means = checkpoint.Load(device).Sample(count, seed);
        PngSheet.Write(path, means, new(checkpoint.Height, checkpoint.Width));
        return "";
    }

    /// <summary>A sheet of M2: the count becomes the next multiple of the classes.</summary>
    static string OfEachClass(M2Checkpoint checkpoint, Device device, ref int count, ulong seed, string path)
    {
        var m2 = checkpoint.Load(device);
        var (height, width) = checkpoint.ImageSize;
        var columns = (count + m2.Shape.Classes - 1) / m2.Shape.Classes;
        count = columns * m2.Shape.Classes;
        PngSheet.Write(path, m2.Sample(columns, seed), new(height, width), new(columns));
        return ", a row for each class and a column for each z";
    }

    static string Mixture(MixtureCheckpoint checkpoint, Device device, int count, ulong seed, string path)
    {
        var p = checkpoint.Parameters;
        var mixture = new GaussianMixture(device, p.K, p.D);
        mixture.Set(p);
        var x = device.Arena.Allocate(count, p.D);
        mixture.Sample(x, seed);
        CsvTable.Write(path, [.. Names("x", p.D)], [device.ToArray(x)], count);
        return "";
    }

    static string Vib(VibCheckpoint checkpoint, Device device, int count, ulong seed, string path)
    {
        var vib = checkpoint.Load(device);
        var (C, K) = (vib.Shape.Classes, vib.Shape.Latent);
        var (z, probabilities) = vib.Sample(count, seed);
        float[] classes = [.. probabilities.Select(p => (float)p)];
        CsvTable.Write(path, [.. Names("z", K), .. Names("class", C, first: 0)], [z, classes], count);
        var mean = Enumerable.Range(0, C).Select(c =>
            FormattableString.Invariant($"{probabilities.Where((_, i) => i % C == c).Average():F3}"));
        return $" of z from r(z) · mean q(y | z) {string.Join(' ', mean)}";
    }

    /// <summary>Names of columns: x1, x2 …</summary>
    public static IEnumerable<string> Names(string of, int count, int first = 1) =>
        Enumerable.Range(first, count).Select(i => $"{of}{i}");
}
