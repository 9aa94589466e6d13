using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace LumenLink.Simulator;

/// <summary>
/// The firmware as the simulator runs it: the unmodified device assemblies together with the host assemblies that
/// stand
/// where nanoFramework's are, in a load context of their own. Boards may share one image or have one each.
/// </summary>
public sealed class DeviceImage
{
    private readonly ImageContext _context;

    private DeviceImage(ImageContext context, Assembly device)
    {
        _context = context;
        Device = device;
    }

    /// <summary>The device assembly that was named.</summary>
    public Assembly Device { get; }

    /// <summary>Loads an image.</summary>
    /// <param name="directory">
    /// Holds the folders <c>device</c> and <c>host</c>; null: the folder <c>nano</c> beside the program.
    /// </param>
    /// <param name="deviceAssembly">Simple name of the device assembly.</param>
    /// <returns>The image; another call gives another, isolated one.</returns>
    /// <exception cref="FileNotFoundException">An assembly is not there.</exception>
    /// <exception cref="MissingMemberException">Device code refers to a member that no host assembly has.</exception>
    public static DeviceImage Load(string? directory = null, string deviceAssembly = "LumenLink.Beacon")
    {
        ImageContext context = new(directory ?? Path.Combine(AppContext.BaseDirectory, "nano"), deviceAssembly);
        Assembly device = context.LoadFromAssemblyName(new AssemblyName(deviceAssembly));
        DeviceImage image = new(context, device);
        foreach (Assembly one in image.DeviceAssemblies())
        {
            ResolveMembers(one);
            RunInitialisers(one);
        }

        return image;
    }

    /// <summary>A type of the device assembly.</summary>
    /// <exception cref="TypeLoadException">There is no such type.</exception>
    public Type GetType(string fullName) => Device.GetType(fullName, throwOnError: true)!;

    /// <summary>Loads another assembly of the image, such as a host assembly.</summary>
    internal Assembly LoadByName(string name) => _context.LoadFromAssemblyName(new AssemblyName(name));

    /// <summary>Device assemblies in load order: each after those it refers to.</summary>
    private List<Assembly> DeviceAssemblies()
    {
        List<Assembly> found = [];
        Visit(Device);
        return found;

        void Visit(Assembly one)
        {
            foreach (AssemblyName name in one.GetReferencedAssemblies().OrderBy(name => name.Name,
                StringComparer.Ordinal))
            {
                if (_context.IsDevice(name)) Visit(_context.LoadFromAssemblyName(name));
            }

            if (!found.Contains(one)) found.Add(one);
        }
    }

    /// <summary>
    /// Resolves every member reference now: one that fails would else surface in the middle of a run.
    /// </summary>
    private static void ResolveMembers(Assembly assembly)
    {
        const int MemberReferences = 0x0A000000;
        foreach (Module module in assembly.GetModules())
        {
            for (int token = MemberReferences + 1; TryResolve(module, token); token++)
            {
            }
        }
    }

    private static bool TryResolve(Module module, int token)
    {
        try
        {
            module.ResolveMember(token);
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    /// <summary>
    /// nanoFramework runs all static initialisers before Main, used or not, in the order of type names.
    /// </summary>
    private static void RunInitialisers(Assembly assembly)
    {
        foreach (Type type in assembly.GetTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
    }

    private sealed class ImageContext(string directory, string name) : AssemblyLoadContext(name)
    {
        private readonly string _device = Path.Combine(directory, "device");
        private readonly string _host = Path.Combine(directory, "host");

        public bool IsDevice(AssemblyName name) => Find(_device, name) is not null;

        protected override Assembly? Load(AssemblyName assemblyName) =>
            (Find(_device, assemblyName) ?? Find(_host, assemblyName)) is { } path ? LoadFromAssemblyPath(path) : null;

        /// <summary>
        /// .NET has assemblies of the same names as some of nanoFramework's; the version tells them apart.
        /// </summary>
        private static string? Find(string directory, AssemblyName wanted)
        {
            string path = Path.Combine(directory, wanted.Name + ".dll");
            if (!File.Exists(path)) return null;
            return wanted.Version is null || GetAssemblyName(path).Version == wanted.Version ? path : null;
        }
    }
}
