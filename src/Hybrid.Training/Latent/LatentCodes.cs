using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>
/// A trained VAE whose codes a diffusion learns: the prior that both halves of this project share.
/// </summary>
/// <remarks>
/// In two stages (Rombach et al. 2022, arXiv:2112.10752; Vahdat et al. 2021, arXiv:2106.05931, whose eq. 2 splits the
/// bound as here): the encoder and the decoder stay as they are, and the prior becomes p(z) of a diffusion, so −ELBO =
/// E −log p(x | z) + E log q(z | x) − E log p(z).
/// </remarks>
public sealed class LatentCodes
{
    /// <summary>What the name of such data begins with; behind it stands a VAE's file or folder.</summary>
    public const string Prefix = "codes:";

    /// <summary>Draws of each image's posterior that a diffusion learns from.</summary>
    const uint Passes = 10;

    readonly VaeCheckpoint checkpoint;
    readonly DataSplit data;

    LatentCodes(VaeCheckpoint checkpoint, DataSplit data) => (this.checkpoint, this.data) = (checkpoint, data);

    /// <summary>Whether a data set's name means codes.</summary>
    public static bool IsName(string data) => data.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The name, usable from any folder.</summary>
    public static string FullName(string data) => Prefix + Path.GetFullPath(data[Prefix.Length..]);

    /// <summary>Reads the VAE that <paramref name="data"/> names, and finds its images.</summary>
    /// <exception cref="UserError">Either cannot be read.</exception>
    public static LatentCodes Of(string data)
    {
        var checkpoint = VaeCheckpoint.Read(VaeRun.FileOf(data[Prefix.Length..]));
        var split = VaeRun.LoadData(checkpoint.Options.Data);
        if (split.Train.D != checkpoint.Height * checkpoint.Width)
            throw new UserError(data, $"was trained on images of {checkpoint.Height}×{checkpoint.Width}, and"
                + $" {checkpoint.Options.Data} has others", "put the images back");
        return new(checkpoint, split);
    }

    #region codes
    /// <summary>Draws of the training images' posteriors: what a diffusion learns.</summary>
    public Points ToTrain()
    {
        using var device = new HostDevice();
        var evaluation = Evaluation(device, data.Train);
        var (draws, classes) = (new List<float>(), new List<int>());
        var ofImages = ClassLabels.OfAny(data.Train);
        for (var pass = 0u; pass < Passes; pass++)
        {
            draws.AddRange(evaluation.Codes(pass).Z);
            classes.AddRange(ofImages ?? []);
        }
        return new("codes", [.. draws], checkpoint.Options.Latent)
        {
            Classes = ofImages is null ? null : [.. classes],
        };
    }
    #endregion

    /// <summary>The posteriors of the first test images, and a draw of each.</summary>
    public VaeCodes ToEvaluate(int rows)
    {
        using var device = new HostDevice();
        var test = rows < data.Test.N ? data.Test.Split(rows, data.Test.N - rows).Train : data.Test;
        return Evaluation(device, test).Codes() with { Classes = ClassLabels.OfAny(test) };
    }

    /// <summary>
    /// I_q(n; z) of these draws, and with it what the best of all priors would leave: the rate is I_q.
    /// </summary>
    public static double MutualInformation(VaeCodes codes)
    {
        using var device = new HostDevice();
        var posterior = new AggregatedPosterior(device, codes.N, codes.K);
        posterior.Set(codes.Mu, codes.LogVar);
        return RateAccount.Of(
            posterior, codes.Mu, codes.LogVar, codes.Z, rate: double.NaN, factorises: false).MutualInformation;
    }

    VaeEvaluation Evaluation(Device device, ImageSet images) => new(
        checkpoint.Load(device), new(device, images, checkpoint.Options.Levels), checkpoint.Options.Binarize);

    /// <summary>The means of p(x | z) for codes z[N, K], and an image's height and width.</summary>
    public (float[] Pixels, int Height, int Width) Decode(Device device, ReadOnlySpan<float> z)
    {
        var vae = checkpoint.Load(device);
        var (plan, mean) = vae.DecoderPlan(z.Length / vae.Shape.Latent);
        device.Upload(z, plan.Input("z"));
        plan.Run(0);
        return (device.ToArray(plan.TensorOf(mean)), checkpoint.Height, checkpoint.Width);
    }
}
