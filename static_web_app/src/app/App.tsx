/** Providers and routes: who may see which page, and the pages loaded when first needed. */
import { ChakraProvider } from '@chakra-ui/react';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import { BrowserRouter, Navigate, Outlet, Route, Routes, useLocation } from 'react-router';
import { queryClient } from '../api/queryClient';
import { useHeld } from '../lib/external';
import { session, userOf } from '../session/session';
import { system } from '../theme/system';
import { Skeleton } from '../ui/feedback';
import { Toasts } from '../ui/toast';
import { Crashed } from './Crashed';
import { OpenShell, Shell } from './Shell';

interface PageModule {
  default: ComponentType;
}

/** A page loaded when first needed. One that was fetched before it is drawn is drawn at once, without a skeleton first. */
function page(load: () => Promise<PageModule>) {
  let loaded: PageModule | null = null;
  const fetch = async (): Promise<PageModule> => (loaded = await load());
  // React waits for a promise in any case, and shows what it put in the place of one for at least 300 ms.
  const now = (module: PageModule) => ({ then: (take: (module: PageModule) => void) => take(module) }) as unknown as Promise<PageModule>;
  return { fetch, Page: lazy(() => (loaded === null ? fetch() : now(loaded))) };
}

/** Pages people open the app on. */
const pages = {
  today: page(() => import('../pages/TodayPage')),
  plan: page(() => import('../pages/PlanPage')),
  train: page(() => import('../pages/TrainPage')),
  history: page(() => import('../pages/HistoryPage')),
  progress: page(() => import('../pages/ProgressPage')),
  coach: page(() => import('../pages/CoachPage')),
  signin: page(() => import('../pages/SignInPage')),
  register: page(() => import('../pages/RegisterPage')),
};

/** Fetches the page of this path while the app itself is still starting; never rejects. */
export async function fetchAhead(path: string): Promise<void> {
  const name = path.slice(1);
  // A page that cannot be had is asked for again, and told of, when it is drawn.
  if (name in pages) await pages[name as keyof typeof pages].fetch().catch(() => undefined);
}

const OidcReturnPage = lazy(() => import('../pages/OidcReturnPage'));
const WelcomePage = lazy(() => import('../pages/WelcomePage'));
const WorkoutPage = lazy(() => import('../pages/WorkoutPage'));
const EditWorkoutPage = lazy(() => import('../pages/EditWorkoutPage'));
const BodyPage = lazy(() => import('../pages/BodyPage'));
const SettingsPage = lazy(() => import('../pages/SettingsPage'));
const DevicesPage = lazy(() => import('../pages/DevicesPage'));
const ImportPage = lazy(() => import('../pages/ImportPage'));
const PrivacyPage = lazy(() => import('../pages/PrivacyPage'));
const AboutPage = lazy(() => import('../pages/AboutPage'));
const NotFoundPage = lazy(() => import('../pages/NotFoundPage'));
const AdminPage = lazy(() => import('../pages/admin/AdminPage'));

export function App(): ReactNode {
  return (
    <QueryClientProvider client={queryClient}>
      <ChakraProvider value={system}>
        <Crashed>
          <BrowserRouter>
            <Routes>
              <Route element={<Open />}>
                <Route path="/signin" element={<pages.signin.Page />} />
                <Route path="/register" element={<pages.register.Page />} />
              </Route>
              {/* Also for people who are signed in and confirm that it is them. */}
              <Route path="/signin/return" element={<OpenShell><Waiting><OidcReturnPage /></Waiting></OpenShell>} />
              <Route path="/about" element={<Frame />}>
                <Route index element={<AboutPage />} />
              </Route>
              <Route element={<Members />}>
                <Route element={<Frame />}>
                  <Route path="/today" element={<pages.today.Page />} />
                  <Route path="/plan" element={<pages.plan.Page />} />
                  <Route path="/history" element={<pages.history.Page />} />
                  <Route path="/history/new" element={<EditWorkoutPage />} />
                  <Route path="/history/:id" element={<WorkoutPage />} />
                  <Route path="/history/:id/edit" element={<EditWorkoutPage />} />
                  <Route path="/progress" element={<pages.progress.Page />} />
                  <Route path="/body" element={<BodyPage />} />
                  <Route path="/coach" element={<pages.coach.Page />} />
                  <Route path="/settings" element={<SettingsPage />} />
                  <Route path="/devices" element={<DevicesPage />} />
                  <Route path="/import" element={<ImportPage />} />
                  <Route path="/privacy" element={<PrivacyPage />} />
                  <Route path="/manage/*" element={<Administrators />} />
                </Route>
                <Route element={<Bare />}>
                  <Route path="/welcome" element={<WelcomePage />} />
                  <Route path="/train" element={<pages.train.Page />} />
                </Route>
              </Route>
              <Route path="/app.html" element={<Navigate to="/today" replace />} />
              <Route element={<Frame />}>
                <Route path="*" element={<NotFoundPage />} />
              </Route>
            </Routes>
          </BrowserRouter>
          <Toasts />
        </Crashed>
      </ChakraProvider>
    </QueryClientProvider>
  );
}

function Waiting({ children }: { children: ReactNode }): ReactNode {
  return <Suspense fallback={<Skeleton />}>{children}</Suspense>;
}

/** Pages for people who are not signed in; others go to their day. */
function Open(): ReactNode {
  const state = useHeld(session);
  const location = useLocation() as { pathname: string; state: { from?: string } | null };
  if (userOf(state) !== null) return <Navigate to={location.state?.from ?? (location.pathname === '/register' ? '/welcome' : '/today')} replace />;
  return (
    <OpenShell>
      <Waiting>
        <Outlet />
      </Waiting>
    </OpenShell>
  );
}

function Members(): ReactNode {
  const state = useHeld(session);
  const { pathname } = useLocation();
  if (state.status === 'signed_out') return <Navigate to="/signin" replace state={{ from: pathname, ended: state.reason === 'ended' }} />;
  if (state.status === 'starting') return <main><Skeleton /></main>;
  return <Outlet />;
}

function Frame(): ReactNode {
  const { pathname } = useLocation();
  return (
    <Shell>
      <Crashed key={pathname}>
        <Waiting>
          <Outlet />
        </Waiting>
      </Crashed>
    </Shell>
  );
}

/** Pages that bring their own frame. */
function Bare(): ReactNode {
  return (
    <Suspense fallback={<main><Skeleton /></main>}>
      <Outlet />
    </Suspense>
  );
}

function Administrators(): ReactNode {
  const state = useHeld(session);
  if (userOf(state)?.role !== 'admin') return <NotFoundPage />;
  return <AdminPage />;
}
