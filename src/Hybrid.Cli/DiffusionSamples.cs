using System.CommandLine;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Reporting;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>What <c>hybrid sample</c> draws of a diffusion: points, or pictures and the way there.</summary>
sealed class DiffusionSamples
{
    const uint Noise = 1, Start = 2;

    /// <summary>Columns and rows of a film strip, at most.</summary>
    const int MostFrames = 12, MostStrips = 8;

    /// <summary>Pictures of one run of the sampler: a network keeps all of its layers for each.</summary>
    const int LargestBatch = 256;

    /// <summary>Brightest grey level.</summary>
    const float White = 255;

    readonly SamplerOptions sampler;
    readonly GuidanceOptions guidance;
    readonly Option<string?> chain;

    public DiffusionSamples(Command command)
    {
        (sampler, guidance) = (new(command), new(command));
        chain = CommandOptions.Add<string?>(command, "--chain",
            "Of a diffusion of pictures: also the way from noise to the first of them, as a film strip.",
            "FILE.png", null);
    }

    /// <exception cref="UserError">An option of a diffusion was given for another model.</exception>
    public void RequireKind(ParseResult parsed, string? kind)
    {
        sampler.RequireKind(parsed, kind);
        if (kind != DiffusionCheckpoint.Kind) guidance.Require(parsed, classes: 0);
        if (kind != DiffusionCheckpoint.Kind && parsed.GetValue(chain) is not null)
            throw new UserError(chain.Name, "is asked of a diffusion of pictures", "leave it out");
    }

    /// <summary>Draws and writes them, and says how.</summary>
    /// <exception cref="UserError">An option is out of range, or a file cannot be written.</exception>
    public string Write(
        ParseResult parsed, DiffusionCheckpoint checkpoint, Device device, int count, ulong seed, string path)
    {
        var network = checkpoint.Load(device);
        var plan = sampler.Plan(parsed, checkpoint.Options.Levels, ErrorByLevel.Of(checkpoint, network));
        guidance.Require(parsed, checkpoint.Classes);
        var classes = checkpoint.Classes == 0 ? null : guidance.Classes(parsed, count, checkpoint.Classes);
        var draw = new Drawing(checkpoint, network, plan, count, seed, classes,
            classes is null ? null : guidance.Of(parsed, network, checkpoint.Options.Answer));
        var strip = parsed.GetValue(chain);
        if (checkpoint.Picture is not var (height, width))
        {
            if (strip is not null)
                throw new UserError(chain.Name, "is asked of a diffusion of pictures", "leave it out");
            var points = Draw(draw, null);
            if (LatentCodes.IsName(checkpoint.Options.Data))
            {
                var decoded = LatentCodes.Of(checkpoint.Options.Data).Decode(device, points);
                PngSheet.Write(path, decoded.Pixels, new(decoded.Height, decoded.Width));
            }
            else if (classes is null)
                CsvTable.Write(path, [.. SampleCommand.Names("x", checkpoint.Columns)], [points], count);
            else
                CsvTable.Write(path, [.. SampleCommand.Names("x", checkpoint.Columns), "class"],
                    [points, Array.ConvertAll(classes, y => (float)y)], count);
        }
        else
        {
            var frames = new List<float[]>();
            var pictures = Draw(draw, strip is null ? null : frames.Add);
            // All classes in turn: a column for each.
            PngSheet.Write(path, Grey(pictures), new(height, width), new(checkpoint.Classes));
            if (strip is not null)
                PngSheet.Write(strip, Strip(frames, pictures, checkpoint.Columns), new(height, width),
                    new(Columns: Math.Min(frames.Count, MostFrames - 1) + 1));
        }
        return $" by {plan}, {plan.Evaluations} evaluations";
    }

    /// <summary>What is drawn, and how; classes and guide where the network is told classes.</summary>
    readonly record struct Drawing(DiffusionCheckpoint Checkpoint, Denoiser Network, SamplerPlan Plan, int Count,
        ulong Seed, int[]? Classes, GuidedDenoiser? Guide);

    /// <summary>
    /// [count, D], in the data's units; each point on the way of the first batch goes to a frame.
    /// </summary>
    static float[] Draw(Drawing draw, Action<float[]>? frame)
    {
        var (checkpoint, network, plan, count, seed, classes, guide) = draw;
        var device = network.Device;
        var all = new float[(long)count * checkpoint.Columns];
        var batch = checkpoint.Picture is null ? count : LargestBatch;
        DeviceSampler? sampler = null;
        DenoiseTensor denoise = null!;
        for (var from = 0; from < count; from += batch)
        {
            var B = Math.Min(batch, count - from);
            if (sampler?.Z.Rows != B)
            {
                sampler = new(device, B, checkpoint.Columns);
                if (guide is null) denoise = new NoisePredictor(network, B, checkpoint.Options.Answer).Denoise;
            }
            if (guide is not null) denoise = guide.For(classes![from..(from + B)]);
            // A batch's noise is its own; the first is that of a run of one batch.
            var own = (uint)(from / batch) * (Start + 1);
            sampler.StartFromNoise(seed, Start + own);
            sampler.Run(plan, (z, logSnr, data) =>
            {
                if (from == 0) frame?.Invoke(Units(checkpoint, device.ToArray(z)));
                denoise(z, logSnr, data);
            }, seed, Noise + own);
            Units(checkpoint, device.ToArray(sampler.Z)).CopyTo(all, (long)from * checkpoint.Columns);
        }
        return all;
    }

    static float[] Units(DiffusionCheckpoint checkpoint, float[] rows)
    {
        checkpoint.Scale.Undo(rows);
        return rows;
    }

    static float[] Grey(float[] levels) => Array.ConvertAll(levels, level => level / White);

    /// <summary>A row for each of the first pictures: noise at the left, what came of it at the right.</summary>
    static float[] Strip(List<float[]> frames, float[] pictures, int D)
    {
        var columns = Math.Min(frames.Count, MostFrames - 1);
        var rows = Math.Min(MostStrips, frames[0].Length / D);
        var strip = new List<float>();
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < columns; i++)
                strip.AddRange(frames[i * frames.Count / columns].AsSpan(row * D, D));
            strip.AddRange(pictures.AsSpan(row * D, D));
        }
        return Grey([.. strip]);
    }
}
