package dev.reliability;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The public types of the exported packages as their sources have them: with Javadoc and the names of parameters. */
final class PublicApi {
    private static final Path SOURCES = Path.of("src", "main", "java");

    /** A type, with the name that {@link Class#forName} takes. */
    record Type(
            String name,
            boolean isNested,
            @Nullable String javadoc,
            boolean isFunctional,
            List<? extends MethodTree> methods) {}

    private PublicApi() {}

    static List<Type> types() throws IOException {
        List<JavaFileObject> files = new ArrayList<>();
        for (String exported : exportedPackages()) {
            try (Stream<Path> sources = Files.list(SOURCES.resolve(exported.replace('.', '/')))) {
                sources.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> !file.endsWith("package-info.java"))
                        .sorted()
                        .map(PublicApi::read)
                        .map(PublicApi::source)
                        .forEach(files::add);
            }
        }
        return types(files);
    }

    /** The packages that are exported to everybody. */
    private static List<String> exportedPackages() {
        return ModuleTest.CORE.descriptor().exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .sorted()
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JavaFileObject source(String text) {
        return new SimpleJavaFileObject(URI.create("string:///Source.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }

            @Override
            public boolean isNameCompatible(String simpleName, Kind kind) {
                return true;
            }
        };
    }

    static List<Type> types(List<JavaFileObject> files) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavacTask task = (JavacTask) compiler.getTask(null, null, null, List.of("-proc:none"), null, files);
        List<Type> types = new ArrayList<>();
        for (CompilationUnitTree file : task.parse()) {
            new Scanner(DocTrees.instance(task), file.getPackageName() + ".", types).scan(file, null);
        }
        return types;
    }

    private static final class Scanner extends TreePathScanner<Void, Void> {
        private final DocTrees docs;
        private final String prefix;
        private final List<Type> types;

        private Scanner(DocTrees docs, String prefix, List<Type> types) {
            this.docs = docs;
            this.prefix = prefix;
            this.types = types;
        }

        @Override
        public Void visitClass(ClassTree node, Void unused) {
            boolean isInInterface = isInterface(getCurrentPath().getParentPath());
            if (!isInInterface && !node.getModifiers().getFlags().contains(Modifier.PUBLIC)) {
                return null;
            }
            boolean isInterface = node.getKind() == Tree.Kind.INTERFACE;
            List<MethodTree> methods = node.getMembers().stream()
                    .filter(MethodTree.class::isInstance)
                    .map(MethodTree.class::cast)
                    .filter(method ->
                            isInterface || method.getModifiers().getFlags().contains(Modifier.PUBLIC))
                    .toList();
            types.add(new Type(
                    prefix + nameWithin(getCurrentPath()),
                    getCurrentPath().getParentPath().getLeaf() instanceof ClassTree,
                    docs.getDocComment(getCurrentPath()),
                    node.getModifiers().getAnnotations().stream()
                            .anyMatch(annotation -> annotation.toString().contains("FunctionalInterface")),
                    methods));
            return super.visitClass(node, null);
        }

        @Override
        public Void visitMethod(MethodTree node, Void unused) {
            return null; // nothing in it is public
        }

        private static boolean isInterface(TreePath path) {
            return path.getLeaf().getKind() == Tree.Kind.INTERFACE;
        }

        private static String nameWithin(TreePath path) {
            String name = ((ClassTree) path.getLeaf()).getSimpleName().toString();
            TreePath outer = path.getParentPath();
            return outer.getLeaf() instanceof ClassTree ? nameWithin(outer) + "$" + name : name;
        }
    }
}
