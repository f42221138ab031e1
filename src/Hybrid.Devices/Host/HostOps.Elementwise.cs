using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

sealed unsafe partial class HostOps<T, TWord>
{
    public void Fill(Tensor y, float value)
    {
        var extent = Pieces(y.IsDense, ref y);
        Share(new MapLoop<T, FillMap<T>>(new(View(y), value), extent), extent.Rows, extent.Cols * Cheap);
    }

    public void Add(Tensor x, Tensor y)
    {
        var dense = x.IsDense && y.IsDense;
        var extent = Pieces(dense, ref y);
        Pieces(dense, ref x);
        Share(new MapLoop<T, AddMap<T>>(new(View(x), View(y)), extent), extent.Rows, extent.Cols * Cheap);
    }

    public void Activate(Activation act, Tensor x, Tensor y)
    {
        switch (act)
        {
            case Activation.Identity: Activate<IdentityFormula>(x, y, Cheap); break;
            case Activation.Relu: Activate<Relu>(x, y, Cheap); break;
            case Activation.Tanh: Activate<Tanh>(x, y, Transcendental); break;
            case Activation.Silu: Activate<Silu>(x, y, Transcendental); break;
            case Activation.Gelu: Activate<Gelu>(x, y, Transcendental); break;
            case Activation.Sigmoid: Activate<Sigmoid>(x, y, Transcendental); break;
            default: throw new ArgumentOutOfRangeException(nameof(act));
        }
    }

    public void ActivateGrad(Activation act, Tensor known, Tensor dy, Tensor dx)
    {
        switch (act)
        {
            case Activation.Identity: Activate<IdentityFormula>(dy, dx, Cheap); break;
            case Activation.Relu: Chain<ReluGradFromOutput>(known, dy, dx, Cheap); break;
            case Activation.Tanh: Chain<TanhGradFromOutput>(known, dy, dx, Cheap); break;
            case Activation.Sigmoid: Chain<SigmoidGradFromOutput>(known, dy, dx, Cheap); break;
            case Activation.Silu: Chain<Slope<Silu, SiluGrad>>(known, dy, dx, Transcendental); break;
            case Activation.Gelu: Chain<Slope<Gelu, GeluGrad>>(known, dy, dx, Transcendental); break;
            default: throw new ArgumentOutOfRangeException(nameof(act));
        }
    }

    public void Adam(Tensor parameters, Tensor gradient, Tensor m, Tensor v, in AdamStep step)
    {
        var extent = Pieces(true, ref parameters);
        Pieces(true, ref gradient);
        Pieces(true, ref m);
        Pieces(true, ref v);
        var map = new AdamMap<T>(View(parameters), View(gradient), View(m), View(v), step);
        Share(new MapLoop<T, AdamMap<T>>(map, extent), extent.Rows, extent.Cols * Transcendental);
    }

    public void GatherRows(Tensor source, Tensor indices, Tensor y) => Share(
        new Gather(View(source), source.Rows, View(indices), View(y), y.Cols), y.Rows, y.Cols * Cheap);

    void Activate<TFormula>(Tensor x, Tensor y, int cost) where TFormula : IFormula1
    {
        var dense = x.IsDense && y.IsDense;
        var extent = Pieces(dense, ref y);
        Pieces(dense, ref x);
        var map = new FormulaMap<T, TFormula>(View(x), View(y));
        Share(new MapLoop<T, FormulaMap<T, TFormula>>(map, extent), extent.Rows, extent.Cols * cost);
    }

    void Chain<TSlope>(Tensor known, Tensor dy, Tensor dx, int cost) where TSlope : IFormula1
    {
        var dense = known.IsDense && dy.IsDense && dx.IsDense;
        var extent = Pieces(dense, ref dx);
        Pieces(dense, ref known);
        Pieces(dense, ref dy);
        var map = new ChainMap<T, TSlope>(View(known), View(dy), View(dx));
        Share(new MapLoop<T, ChainMap<T, TSlope>>(map, extent), extent.Rows, extent.Cols * cost);
    }

    /// <summary>A dense tensor becomes pieces of one vector; another keeps its rows.</summary>
    static Extent Pieces(bool dense, ref Tensor tensor)
    {
        if (!dense) return new(tensor.Rows, tensor.Cols);
        var extent = Extent.Dense(tensor.Length);
        tensor = tensor with { Stride = Extent.Piece };
        return extent;
    }

    /// <summary>y[b, :] = source[indices[b], :].</summary>
    readonly struct Gather(View source, int sourceRows, View indices, View y, int cols) : IRowRange
    {
        public void Run(int from, int to)
        {
            for (var row = from; row < to; row++)
            {
                var index = *(int*)indices[row];
                if ((uint)index >= (uint)sourceRows)
                    throw new ArgumentOutOfRangeException(
                        nameof(indices), $"Row {index} of {sourceRows} rows.");
                new ReadOnlySpan<float>(source[index], cols).CopyTo(new Span<float>(y[row], cols));
            }
        }
    }
}
