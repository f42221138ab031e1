using System.CommandLine;
using System.Text.Json.Nodes;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary><c>hybrid evaluate</c>: the account of a trained model, as JSON.</summary>
static class EvaluateCommand
{
    public static Command Create()
    {
        var command = new Command("evaluate", "Print the account of a trained VAE on its test set, as JSON, in nats.");
        var model = new ModelOptions(command);
        command.SetAction(parsed =>
        {
            using var device = model.OpenDevice(parsed);
            var (checkpoint, vae, data) = model.Load(parsed, device);
            var test = new DeviceImages(device, data.Test);
            var (elbo, rate) = new VaeEvaluation(vae, test, checkpoint.Options.Binarize).Account();
            var result = VaeResult.Account(elbo, ("model", "vae"), ("device", device.Description),
                ("data", data.Test.Name), ("images", data.Test.N), ("beta", checkpoint.Options.Beta));
            var shape = vae.Shape.Prior;
            result["prior"] = PriorNames.Of(shape.Kind);
            result["components"] = shape.IsMixture ? shape.Components : null;
            result["rate"] = VaeResult.Rate(rate);
            result["sigma"] = VaeResult.Number(vae.Sigma);
            result["parametersHash"] = ParametersHash.Of(device, vae.Parameters);
            Console.WriteLine(VaeResult.Line(result));
            return 0;
        });
        return command;
    }
}
