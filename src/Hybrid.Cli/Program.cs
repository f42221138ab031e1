using System.CommandLine;
using Hybrid.Devices;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>The <c>hybrid</c> command: exit code 0 for success, 2 for a mistake that its user can mend.</summary>
public static class Program
{
    const int Mistake = 2;

    /// <summary>Every command; the documentation's tests parse its command lines with it.</summary>
    public static RootCommand Commands() =>
        new("VAEs, diffusion and mutual information on hand-written kernels, in nats.")
        {
            new Command("train", "Train a model.")
            {
                TrainVae.Command(), TrainHvae.Command(), TrainMixture.Command(), TrainVib.Command(), TrainIm.Command(),
                TrainM2.Command(), TrainDiffusion.Command(),
            },
            new Command("sweep", "Train a model again and again, one option changed.") { SweepRateDistortion.Command() },
            EvaluateCommand.Create(),
            SampleCommand.Create(),
            ReconstructCommand.Create(),
            HolesCommand.Create(),
            PlaneCommand.Create(),
            ExplainCommand.Create(),
            WeightingCommand.Create(),
            DevicesCommand.Create(),
        };

    public static int Main(string[] args)
    {
        // The symbols of the field are not ASCII.
        Console.OutputEncoding = System.Text.Encoding.UTF8;
        var parsed = Commands().Parse(args);
        try
        {
            if (parsed.Errors.Count > 0) throw ParseMistake.Of(parsed);
            return parsed.Invoke(new() { EnableDefaultExceptionHandler = false });
        }
        catch (UserError e)
        {
            Console.Error.WriteLine($"hybrid: {e.Message}");
        }
        catch (DeviceFault e)
        {
            Console.Error.WriteLine($"hybrid: --device: {e.Message}");
        }
        catch (OutOfDeviceMemoryException e)
        {
            Console.Error.WriteLine($"hybrid: memory: {e.Message}; give smaller --hidden, --latent or --batch");
        }
        catch (OutOfMemoryException)
        {
            Console.Error.WriteLine(
                "hybrid: memory: there is too little for this model; give smaller --hidden, --latent or --batch");
        }
        return Mistake;
    }
}
