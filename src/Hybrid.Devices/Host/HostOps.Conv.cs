using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

sealed unsafe partial class HostOps<T, TWord>
{
    public void Conv2d(Tensor x, Tensor w, Tensor bias, in Conv2dShape shape, Activation act, Tensor y)
    {
        if (shape.Kernel == 1)
        {
            Affine(x, w, bias, act, y);
            return;
        }
        var weights = Pack(w, shape, backward: false);
        switch (act)
        {
            case Activation.Identity: Convolve(shape, x, weights, End<IdentityFormula>(), y); break;
            case Activation.Relu: Convolve(shape, x, weights, End<Relu>(), y); break;
            case Activation.Tanh: Convolve(shape, x, weights, End<Tanh>(), y); break;
            case Activation.Silu: Convolve(shape, x, weights, End<Silu>(), y); break;
            case Activation.Gelu: Convolve(shape, x, weights, End<Gelu>(), y); break;
            case Activation.Sigmoid: Convolve(shape, x, weights, End<Sigmoid>(), y); break;
            default: throw new ArgumentOutOfRangeException(nameof(act));
        }

        BiasEnd<T, TActivation> End<TActivation>() where TActivation : IFormula1 => new(View(bias), default);
    }

    public void Conv2dGradInput(Tensor dy, Tensor w, in Conv2dShape shape, Tensor dx)
    {
        if (shape.Kernel == 1)
        {
            AffineGradInput(dy, w, Activation.Identity, dx, dx);
            return;
        }
        var turned = shape with { Ci = shape.Co, Co = shape.Ci };
        Convolve(turned, dy, Pack(w, shape, backward: true), default(NoEnd), dx);
    }

    #region conv-grad-weight
    public void Conv2dGradWeight(Tensor x, Tensor dy, in Conv2dShape shape, Tensor dw)
    {
        if (shape.Kernel == 1)
        {
            AffineGradWeight(x, dy, dw);
            return;
        }
        var threads = Threads(shape);
        int rows = shape.N * shape.H, groups = ConvGrad<T>.Groups(shape, threads);
        var step = ConvGrad<T>.BlockRows(shape);
        for (var row = 0; row < rows; row += step)
        {
            var grad = new ConvGrad<T>(
                shape, View(x), View(dy), View(dw), groups, row, Math.Min(rows, row + step));
            RunTasks(grad, threads);
        }
    }
    #endregion

    int Threads(in Conv2dShape shape) => shape.Work < ProductWorthSharing ? 1 : pool.Threads;

    float* Pack(Tensor w, in Conv2dShape shape, bool backward)
    {
        var sized = new ConvPack<T>(View(w), shape, backward, null);
        var to = scratch.Weights.Words(sized.Words);
        var pack = new ConvPack<T>(View(w), shape, backward, to);
        RunTasks(pack, Threads(shape));
        return to;
    }

    void Convolve<TEnd>(in Conv2dShape shape, Tensor x, float* weights, TEnd end, Tensor y)
        where TEnd : unmanaged, IGemmEnd<TEnd>
    {
        var threads = Threads(shape);
        if (ConvImages<T, TEnd>.CanRun(shape, View(x)))
        {
            RunTasks(new ConvImages<T, TEnd>(shape, View(x), weights, end, View(y)), threads);
            return;
        }
        var sized = new Conv<T, TEnd>(shape, View(x), weights, end, View(y), threads);
        var conv = new Conv<T, TEnd>(
            shape, View(x), weights, end, View(y), threads, scratch.Borders.Words(threads * sized.BorderWords));
        RunTasks(conv, threads);
    }
}
