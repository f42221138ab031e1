using System.CommandLine;
using System.Text.Json.Nodes;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary><c>hybrid evaluate</c>: the account of a trained model, as JSON.</summary>
static class EvaluateCommand
{
    const int LargestK = 1_000_000;

    public static Command Create()
    {
        var command = new Command("evaluate", "Print the account of a trained VAE on its test set, as JSON, in nats.");
        var model = new ModelOptions(command);
        var metrics = new Option<bool>("--metrics")
        {
            Description = "Also MIG, SAP, DCI, β-VAE and FactorVAE scores: of sprites, whose five factors are known.",
        };
        command.Add(metrics);
        var nll = new Option<int?>("--nll")
        {
            Description = "Estimate −log p(x) too, from K draws of z per image (5000 is usual): time grows with K.",
            HelpName = "K",
        };
        command.Add(nll);
        command.SetAction(parsed =>
        {
            var draws = parsed.GetValue(nll);
            if (draws is < 1 or > LargestK)
                throw new UserError($"--nll {draws}", "is out of range, it is a count", $"give 1 to {LargestK:N0}");
            using var device = model.OpenDevice(parsed);
            var (checkpoint, vae, data) = model.Load(parsed, device);
            if (parsed.GetValue(metrics)) Disentanglement.RequireFactors(data.Test);
            var test = new DeviceImages(device, data.Test, checkpoint.Options.Levels);
            var evaluation = new VaeEvaluation(vae, test, checkpoint.Options.Binarize);
            var (elbo, rate) = evaluation.Account();
            var result = VaeResult.Account(elbo, ("model", "vae"), ("device", device.Description),
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
            if (parsed.GetValue(metrics)) result["metrics"] = Disentanglement.Of(vae, checkpoint);
            Console.WriteLine(VaeResult.Line(result));
            return 0;
        });
        return command;
    }
}
