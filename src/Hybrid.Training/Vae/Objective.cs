using System.Globalization;
using Hybrid.Models;

namespace Hybrid.Training;

/// <summary>What <c>--objective</c> names: −ELBO, a tighter bound, or −ELBO and a penalty.</summary>
/// <param name="Bound">Instead of the ELBO, where it is not null.</param>
/// <param name="Penalty">Beside the ELBO, where it is not null.</param>
/// <param name="KlShare">What the KL weighs where <c>--beta</c> is 1: 1 − α of InfoVAE.</param>
public sealed record Objective(ImportanceObjective? Bound, Penalty? Penalty, double KlShare = 1)
{
    const int UsualDraws = 50, MostDraws = 10_000;

    const double UsualWeight = 10, LargestWeight = 1e6;

    /// <summary>Chen et al. take β = 6 for their figures.</summary>
    const double UsualBeta = 6;

    /// <summary>MMD² is 2 at most and a rate some ten nats: it needs a large weight to be heard.</summary>
    const double UsualLambda = 1000;

    /// <summary>At which the term is about as large as a rate.</summary>
    const double UsualGamma = 10;

    /// <summary>Whether it weighs the total correlation of codes, which a run then prints.</summary>
    public bool WeighsTotalCorrelation => Penalty is TotalCorrelation or DensityRatio;

    /// <summary>Whether it weighs the KL itself, so that neither β nor a remedy may.</summary>
    public bool WeighsKl => Bound is not null || Penalty is KernelDiscrepancy;

    const string Names = "elbo, iwae:K, iwae-stl:K, iwae-dreg:K, dip-i:OFF,ON, dip-ii:OFF,ON, "
        + "tc:BETA, info:ALPHA,LAMBDA or factor:GAMMA";

    /// <summary>Reads a name and its numbers.</summary>
    /// <exception cref="UserError">It is not an objective, or its numbers are not.</exception>
    public static Objective Parse(string text)
    {
        var parts = text.Split(':', 2);
        var numbers = parts.Length > 1 ? parts[1].Split(',') : [];
        return parts[0] switch
        {
            "elbo" when numbers.Length == 0 => new(null, null),
            "iwae" => Importance(ImportanceGradient.Full),
            "iwae-stl" => Importance(ImportanceGradient.StickingTheLanding),
            "iwae-dreg" => Importance(ImportanceGradient.DoublyReparameterized),
            // Kumar et al. take λ_d = 10·λ_od for I and λ_d = λ_od for II.
            "dip-i" => Covariance(ofDraws: false, ratio: 10),
            "dip-ii" => Covariance(ofDraws: true, ratio: 1),
            "tc" => new(null, new TotalCorrelation(Only("weight of the total correlation", UsualBeta))),
            "info" => Info(),
            "factor" => new(null, new DensityRatio(Only("weight of the total correlation", UsualGamma))),
            _ => throw new UserError($"--objective {text}", "is not known", $"give {Names}"),
        };

        Objective Importance(ImportanceGradient gradient)
        {
            var K = UsualDraws;
            if (numbers.Length > 1 || numbers.Length == 1
                && !(int.TryParse(numbers[0], CultureInfo.InvariantCulture, out K) && K is >= 1 and <= MostDraws))
                throw new UserError($"--objective {text}", $"'{parts[1]}' is not a number of draws",
                    $"give 1 to {MostDraws:N0}");
            return new(new(K, gradient), null);
        }

        Objective Covariance(bool ofDraws, double ratio)
        {
            if (numbers.Length > 2)
                throw new UserError($"--objective {text}", "gives more than two weights", $"give {parts[0]}:OFF,ON");
            var off = numbers.Length > 0 ? Number(numbers[0]) : UsualWeight;
            var on = numbers.Length > 1 ? Number(numbers[1]) : ratio * off;
            return new(null, new CovariancePenalty(ofDraws, off, on));
        }

        Objective Info()
        {
            if (numbers.Length > 2)
                throw new UserError($"--objective {text}", "gives more than two weights", "give info:ALPHA,LAMBDA");
            var (alpha, lambda) = (numbers.Length > 0 ? Number(numbers[0]) : 0,
                numbers.Length > 1 ? Number(numbers[1]) : UsualLambda);
            if (alpha > 1 || alpha + lambda < 1)
                throw new UserError($"--objective {text}",
                    "weighs the KL 1 − α and MMD² α + λ − 1, one of them negative",
                    "give an ALPHA from 0 to 1, and a LAMBDA of 1 − ALPHA or more");
            return new(null, new KernelDiscrepancy(alpha + lambda - 1), 1 - alpha);
        }

        double Only(string meaning, double usual) => numbers.Length <= 1
            ? numbers.Length == 1 ? Number(numbers[0]) : usual
            : throw new UserError($"--objective {text}", $"gives more than the {meaning}", $"give {parts[0]}:NUMBER");

        double Number(string number) =>
            double.TryParse(number, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= LargestWeight
                ? value
                : throw new UserError($"--objective {text}", $"'{number}' is not a weight", "give 0 to 1e6");
    }
}
