namespace Hybrid.Devices.Host;

sealed unsafe partial class HostOps<T, TWord>
{
    public void PermuteColumns(Tensor x, Tensor keys, Tensor y) => Share(
        new PermutationRange<T>(View(x), View(keys), View(y), x.Rows),
        ((x.Rows - 1) / T.Width + 1) * x.Cols, (long)x.Rows * T.Width * Cheap);
}
