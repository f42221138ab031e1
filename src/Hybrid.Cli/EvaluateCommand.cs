using System.CommandLine;
using System.Text.Json.Nodes;
using Hybrid.Devices;
using Hybrid.Training;
using Hybrid.Training.Checkpoints;
using Hybrid.Training.Data;

namespace Hybrid.Cli;

/// <summary><c>hybrid evaluate</c>: the account of a trained model, as JSON.</summary>
static class EvaluateCommand
{
    const int LargestK = 1_000_000;

    /// <summary>What a message says of a file that holds none of them.</summary>
    public const string Writers = "give a file that 'hybrid train vae', hvae, mixture, vib, m2, im or diffusion wrote";

    public static Command Create()
    {
        var command = new Command("evaluate",
            "Print what a trained model is worth on its test set, or on its points, as JSON, in nats.");
        var model = new ModelOptions(command);
        var metrics = new Option<bool>("--metrics")
        {
            Description = "Of a VAE also MIG, SAP, DCI, β-VAE and FactorVAE scores: of sprites, whose factors are known.",
        };
        command.Add(metrics);
        var nll = new Option<int?>("--nll")
        {
            Description = "Of a VAE, of several levels too, also −log p(x), from K draws of z per image (5000 is usual):"
                + " time grows with K.",
            HelpName = "K",
        };
        command.Add(nll);
        var likelihood = new DiffusionOptions(command);
        command.SetAction(parsed =>
        {
            var draws = parsed.GetValue(nll);
            if (draws is < 1 or > LargestK)
                throw new UserError($"--nll {draws}", "is out of range, it is a count", $"give 1 to {LargestK:N0}");
            using var device = model.OpenDevice(parsed);
            var file = model.Read(parsed);
            var kind = ModelFile.KindOf(file);
            if (kind is not VaeCheckpoint.Kind && parsed.GetValue(metrics))
                throw new UserError(metrics.Name, "is asked of a VAE of one level", "leave it out");
            if (kind is not (VaeCheckpoint.Kind or HierarchyCheckpoint.Kind) && draws is not null)
                throw new UserError(nll.Name, "is asked of a VAE", "leave it out");
            likelihood.RequireKind(parsed, kind);
            var result = kind switch
            {
                VaeCheckpoint.Kind => OfVae(model, parsed, device, file, draws, parsed.GetValue(metrics)),
                HierarchyCheckpoint.Kind => HierarchyResult.Evaluate(
                    HierarchyCheckpoint.Of(file), device, model.Data(parsed), draws),
                MixtureCheckpoint.Kind => OfMixture(MixtureCheckpoint.Of(file), device, model.Data(parsed)),
                VibCheckpoint.Kind => OfVib(VibCheckpoint.Of(file), device, model.Data(parsed)),
                M2Checkpoint.Kind => OfM2(M2Checkpoint.Of(file), device, model.Data(parsed)),
                DiffusionCheckpoint.Kind => likelihood.Evaluate(
                    parsed, DiffusionCheckpoint.Of(file), device, model.Data(parsed)),
                ImCheckpoint.Kind => OfIm(ImCheckpoint.Of(file), device, model.Data(parsed)),
                _ => throw new UserError(file.Path, "holds no model of Hybrid", Writers),
            };
            Console.WriteLine(VaeResult.Line(result));
            return 0;
        });
        return command;
    }

    static JsonObject OfVae(
        ModelOptions model, ParseResult parsed, Device device, SafetensorsFile file, int? draws, bool metrics)
    {
        var (checkpoint, vae, data) = model.Load(parsed, device, file);
        if (metrics) Disentanglement.RequireFactors(data.Test);
        var test = new DeviceImages(device, data.Test, checkpoint.Options.Levels);
        var evaluation = new VaeEvaluation(vae, test, checkpoint.Options.Binarize);
        var (elbo, rate) = evaluation.Account();
        var result = VaeResult.Account(elbo, ("model", VaeCheckpoint.Kind), ("device", device.Description),
            ("data", data.Test.Name), ("images", data.Test.N), ("beta", checkpoint.Options.Beta),
            ("objective", checkpoint.Options.Objective), ("remedy", checkpoint.Options.Remedy));
        var shape = vae.Shape.Prior;
        result["prior"] = PriorNames.Of(shape.Kind);
        result["priorComponents"] = shape.IsMixture ? shape.Components : null;
        if (shape.Rate > 0) result["committedRateNats"] = shape.Rate;
        result["rate"] = VaeResult.Rate(rate);
        if (draws is { } K) result["nll"] = VaeResult.Nll(evaluation.Nll(K));
        result["sigma"] = VaeResult.Number(vae.Sigma);
        result["parametersHash"] = ParametersHash.Of(device, vae.Parameters);
        if (LinearReport.Of(checkpoint.Options, vae, data.Train, data.Test) is { } linear)
            result["linear"] = linear.Json();
        if (metrics) result["metrics"] = Disentanglement.Of(vae, checkpoint);
        return result;
    }

    static JsonObject OfMixture(MixtureCheckpoint checkpoint, Device device, string? data)
    {
        var p = checkpoint.Parameters;
        var points = Points.Load(data ?? checkpoint.Options.Data, checkpoint.Options.Seed);
        var account = MixtureAccount.Of(device, p, points);
        return new()
        {
            ["model"] = MixtureCheckpoint.Kind,
            ["device"] = device.Description,
            ["data"] = points.Name,
            ["rows"] = points.N,
            ["components"] = p.K,
            ["logLikelihoodNats"] = VaeResult.Number(account.LogLikelihood),
            ["standardErrorNats"] = VaeResult.Number(account.StandardError),
            ["bitsPerDim"] = VaeResult.Number(-account.LogLikelihood / p.D / Math.Log(2)),
        };
    }

    /// <summary>The test part of some data.</summary>
    /// <exception cref="UserError">It cannot be read, or its images are not of the model's size.</exception>
    public static ImageSet TestSet(string name, int pixels)
    {
        var test = VaeRun.LoadData(name).Test;
        return test.D == pixels
            ? test
            : throw new UserError($"--data {name}", $"has images of {test.D} pixels, the model {pixels}",
                "give data of the model's size");
    }

    static JsonObject OfM2(M2Checkpoint checkpoint, Device device, string? data)
    {
        var m2 = checkpoint.Load(device);
        var test = TestSet(data ?? checkpoint.Options.Data, m2.Shape.DataDim);
        var result = new JsonObject
        {
            ["model"] = M2Checkpoint.Kind,
            ["device"] = device.Description,
            ["data"] = test.Name,
            ["images"] = test.N,
            ["labels"] = checkpoint.Options.Labels,
            ["informationWeight"] = checkpoint.Options.Information,
        };
        M2Progress.Account(result, new M2Evaluation(m2, test).Run());
        result["parametersHash"] = ParametersHash.Of(device, m2.Parameters);
        return result;
    }

    static JsonObject OfVib(VibCheckpoint checkpoint, Device device, string? data)
    {
        var vib = checkpoint.Load(device);
        var test = TestSet(data ?? checkpoint.Options.Data, vib.Shape.DataDim);
        var result = new JsonObject
        {
            ["model"] = VibCheckpoint.Kind,
            ["device"] = device.Description,
            ["data"] = test.Name,
            ["images"] = test.N,
            ["beta"] = checkpoint.Options.Beta,
            ["draws"] = checkpoint.Options.Draws,
        };
        VibProgress.Account(result, new VibEvaluation(vib, test, checkpoint.Options.Draws).Run());
        result["parametersHash"] = ParametersHash.Of(device, vib.Parameters);
        return result;
    }

    static JsonObject OfIm(ImCheckpoint checkpoint, Device device, string? data)
    {
        var points = ImRun.Load(checkpoint.Options with { Data = data ?? checkpoint.Options.Data });
        return TrainIm.Result(checkpoint.Load(device, points), device.Description, points.Name);
    }
}
