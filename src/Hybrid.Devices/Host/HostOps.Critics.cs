using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

sealed unsafe partial class HostOps<T, TWord>
{
    public void PairSum(Tensor a, Tensor b, Activation act, Tensor y)
    {
        switch (act)
        {
            case Activation.Identity: Pairs<IdentityFormula>(a, b, y, Cheap); break;
            case Activation.Relu: Pairs<Relu>(a, b, y, Cheap); break;
            case Activation.Tanh: Pairs<Tanh>(a, b, y, Transcendental); break;
            case Activation.Silu: Pairs<Silu>(a, b, y, Transcendental); break;
            case Activation.Gelu: Pairs<Gelu>(a, b, y, Transcendental); break;
            case Activation.Sigmoid: Pairs<Sigmoid>(a, b, y, Transcendental); break;
            default: throw new ArgumentOutOfRangeException(nameof(act));
        }
    }

    void Pairs<TActivation>(Tensor a, Tensor b, Tensor y, int cost) where TActivation : IFormula1 => Share(
        new PairSumRange<T, TActivation>(View(a), View(b), View(y), b.Rows, y.Cols), a.Rows,
        (long)b.Rows * y.Cols * cost);

    public void PairSumGrad(Activation act, Tensor y, Tensor dy, Tensor da, Tensor db)
    {
        switch (act)
        {
            case Activation.Identity: PairSums<OneFormula>(y, dy, da, db); break;
            case Activation.Relu: PairSums<ReluGradFromOutput>(y, dy, da, db); break;
            case Activation.Tanh: PairSums<TanhGradFromOutput>(y, dy, da, db); break;
            case Activation.Sigmoid: PairSums<SigmoidGradFromOutput>(y, dy, da, db); break;
            default: throw new ArgumentOutOfRangeException(nameof(act));
        }
    }

    void PairSums<TSlope>(Tensor y, Tensor dy, Tensor da, Tensor db) where TSlope : IFormula1
    {
        var groups = (y.Cols - 1) / PairSumColumns<T, TSlope>.Cols + 1;
        Share(new PairSumColumns<T, TSlope>(View(y), View(dy), View(da), View(db), da.Rows, db.Rows, da.Cols),
            groups, (long)y.Rows * PairSumColumns<T, TSlope>.Cols);
    }

    public void InfoNceRows(Tensor scores, Tensor nll) => Share(
        new InfoNceRange<T>(View(scores), View(nll), scores.Cols), scores.Rows,
        (long)scores.Cols * Transcendental);

    public void InfoNceRowsGrad(Tensor scores, Tensor nll, Tensor dNll, Tensor dScores) => Share(
        new InfoNceGradRange<T>(View(scores), View(nll), View(dNll), View(dScores), scores.Cols),
        scores.Rows, (long)scores.Cols * Transcendental);
}
