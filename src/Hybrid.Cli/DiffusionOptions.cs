using System.CommandLine;
using System.Text.Json.Nodes;
using Hybrid.Devices;
using Hybrid.Information;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Cli;

/// <summary>How a diffusion is evaluated: <c>--likelihood</c>, <c>--rows</c> and <c>--map</c>.</summary>
sealed class DiffusionOptions
{
    const int MostRows = 100_000;

    const string Names = "vlb, itd and ode, with commas between";

    /// <summary>Of the draws of an evaluation: the same at every one.</summary>
    const ulong Seed = 1;

    readonly Option<string> likelihood;
    readonly Option<int> rows;
    readonly Option<string?> map;

    public DiffusionOptions(Command command)
    {
        likelihood = CommandOptions.Add(command, "--likelihood",
            "Of a diffusion: −log p(x) by its variational bound, the I-MMSE integral and, of points, the probability"
            + " flow: " + Names + ".", "NAMES", "vlb,itd,ode");
        rows = CommandOptions.Add(command, "--rows",
            "Of a diffusion: points or test pictures to evaluate, new ones where the data are made here.", "N", 1000);
        map = CommandOptions.Add<string?>(command, "--map",
            "Of a diffusion of pictures that was told classes: also a sheet of what they say of each pixel.",
            "FILE.png", null);
    }

    /// <exception cref="UserError">One of them was given for a model that is no diffusion.</exception>
    public void RequireKind(ParseResult parsed, string? kind)
    {
        if (kind == DiffusionCheckpoint.Kind) return;
        Option[] all = [likelihood, rows, map];
        foreach (var option in all)
            if (parsed.GetResult(option) is { Implicit: false })
                throw new UserError(option.Name, "is asked of a diffusion", "leave it out");
    }

    /// <summary>Each estimate beside the exact value, if the data know it.</summary>
    public JsonObject Evaluate(ParseResult parsed, DiffusionCheckpoint checkpoint, Device device, string? data)
    {
        string[] names = parsed.GetValue(likelihood)!.Split(',');
        foreach (var way in names)
            if (way is not ("vlb" or "itd" or "ode"))
                throw new UserError($"--likelihood {parsed.GetValue(likelihood)}", $"'{way}' is not known",
                    $"give {Names}");
        var count = parsed.GetValue(rows);
        if (count is < 2 or > MostRows)
            throw new UserError($"--rows {count}", "is not a number of points", $"give 2 to {MostRows:N0}");
        var options = checkpoint.Options;
        var name = data ?? options.Data;
        var codes = LatentCodes.IsName(name) ? LatentCodes.Of(name).ToEvaluate(count) : null;
        var points = codes?.Points ?? DiffusionData.ToEvaluate(name, count, options.Seed);
        if (points.D != checkpoint.Columns)
            throw new UserError($"--data {points.Name}", $"has {points.D} columns, the model {checkpoint.Columns}",
                "give data of the model's size");
        if (points.Picture != checkpoint.Picture)
            throw new UserError($"--data {points.Name}", "holds other things than the model was trained on",
                "give points to a model of points, and pictures of the model's sides to one of pictures");
        if (points.Picture is not null && names.Contains("ode"))
        {
            if (parsed.GetResult(likelihood) is { Implicit: false })
                throw new UserError($"--likelihood {parsed.GetValue(likelihood)}",
                    "asks for the flow of pictures, whose grey levels have no density", "give vlb,itd");
            names = ["vlb", "itd"];
        }
        var tells = checkpoint.Classes > 0 && points.Classes is not null;
        if (tells && points.ClassCount > checkpoint.Classes)
            throw new UserError($"--data {points.Name}",
                $"has the class {points.ClassCount - 1}, the model knows {checkpoint.Classes}, from 0 on",
                "give data of the model's classes");
        var sheet = parsed.GetValue(map);
        if (sheet is not null && (!tells || points.Picture is null))
            throw new UserError(map.Name, "is asked of pictures with classes that the model was told",
                "train with --classes, or leave it out");
        var denoiser = checkpoint.Load(device);
        Func<string, LikelihoodEstimate> Estimates(bool told) => points.Picture is null
            ? OfPoints(new(denoiser, options.Answer, checkpoint.Scale, points, told))
            : OfPictures(new(denoiser, options.Answer, points, told));
        var estimates = Estimates(told: false);
        var density = KnownDensity.Of(points.Name);
        var exact = density is null ? null : Exact(density, points);
        var result = new JsonObject
        {
            ["model"] = DiffusionCheckpoint.Kind,
            ["device"] = device.Description,
            ["data"] = points.Name,
            ["rows"] = points.N,
            ["target"] = options.Target,
            ["schedule"] = denoiser.Schedule.Name,
            ["weight"] = options.Weight,
            ["times"] = options.Times,
            ["entropyNats"] = density?.Entropy is { } entropy ? VaeResult.Number(entropy) : null,
            ["exactNats"] = exact is null ? null : VaeResult.Number(exact.Average()),
        };
        var latent = codes is null ? null : new LatentResult(codes);
        if (latent is not null) result["vae"] = latent.Vae;
        foreach (var way in names)
        {
            var estimate = estimates(way);
            var text = Text(points.D, exact, estimate);
            if (latent is not null) text["vae"] = latent.With(estimate);
            result[way] = text;
        }
        if (tells)
        {
            var told = new JsonObject();
            var ofClasses = ClassInformation.Of(denoiser, options.Answer, checkpoint.Scale, points, Seed);
            double[]? given = ofClasses.Exact is { } says
                ? [.. exact!.Zip(says, (nats, less) => nats - less)]
                : null;
            var toldEstimates = Estimates(told: true);
            foreach (var way in names)
                if (way != "itd") told[way] = Text(points.D, given, toldEstimates(way));
            (result["told"], result["information"]) = (told, ClassResult.Of(ofClasses));
            if (sheet is not null) ClassResult.WriteMap(sheet, points, ofClasses.Estimate);
        }
        result["parametersHash"] = ParametersHash.Of(device, denoiser.Parameters);
        return result;
    }

    static Func<string, LikelihoodEstimate> OfPoints(DiffusionEvaluation evaluation) => name => name switch
    {
        "vlb" => evaluation.Bound(Seed),
        "itd" => evaluation.Immse(Seed),
        _ => evaluation.Flow(Seed),
    };

    static Func<string, LikelihoodEstimate> OfPictures(PictureLikelihood likelihood) => name =>
        name == "vlb" ? likelihood.Bound(Seed) : likelihood.Immse(Seed);

    static double[] Exact(KnownDensity density, Points points)
    {
        var rows = new double[points.N];
        var x = new double[points.D];
        for (var n = 0; n < rows.Length; n++)
        {
            for (var d = 0; d < x.Length; d++) x[d] = points.Values[n * x.Length + d];
            rows[n] = -density.Log(x);
        }
        return rows;
    }

    static JsonObject Text(int columns, double[]? exact, LikelihoodEstimate estimate)
    {
        var result = new JsonObject
        {
            ["nats"] = VaeResult.Number(estimate.Nats),
            ["standardErrorNats"] = VaeResult.Number(estimate.StandardError),
            ["bitsPerDim"] = VaeResult.Number(estimate.Nats / Math.Log(2) / columns),
            ["standardErrorBitsPerDim"] = VaeResult.Number(estimate.StandardError / Math.Log(2) / columns),
        };
        if (exact is null) return result;
        result["aboveExactNats"] = VaeResult.Number(estimate.Nats - exact.Average());
        // Row by row the scatter of the data is in both, and falls out.
        result["aboveExactStandardErrorNats"] = VaeResult.Number(estimate.Rows.Length == 0
            ? estimate.StandardError
            : SampleMean.Of([.. estimate.Rows.Zip(exact, (row, truth) => row - truth)]).StandardError);
        return result;
    }
}
