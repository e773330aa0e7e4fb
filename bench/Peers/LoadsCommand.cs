// Whether libtorch can be loaded: asked by run.sh before anything is measured.

using System.Runtime.InteropServices;
using TorchSharp;

namespace VaeFromScratch.Peers;

/// <summary>The subcommand <c>loads</c>.</summary>
internal static class LoadsCommand
{
    public static int Run()
    {
        try
        {
            // Not through TorchSharp itself: when it fails it leaves a copy of all of libtorch behind.
            NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null);
            return 0;
        }
        catch (DllNotFoundException e)
        {
            Console.Error.WriteLine($"libtorch can't be loaded: {e.Message}");
            return 1;
        }
    }
}
