/** Providers and routes: who may see which page, and the pages loaded when first needed. */
import { ChakraProvider } from '@chakra-ui/react';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, type ReactNode } from 'react';
import { BrowserRouter, Navigate, Outlet, Route, Routes, useLocation } from 'react-router';
import { queryClient } from '../api/queryClient';
import { useHeld } from '../lib/external';
import { session, userOf } from '../session/session';
import { system } from '../theme/system';
import { Skeleton } from '../ui/feedback';
import { Toasts } from '../ui/toast';
import { Crashed } from './Crashed';
import { OpenShell, Shell } from './Shell';

/** Pages people open the app on. */
const pages = {
  today: () => import('../pages/TodayPage'),
  plan: () => import('../pages/PlanPage'),
  train: () => import('../pages/TrainPage'),
  history: () => import('../pages/HistoryPage'),
  progress: () => import('../pages/ProgressPage'),
  coach: () => import('../pages/CoachPage'),
  signin: () => import('../pages/SignInPage'),
  register: () => import('../pages/RegisterPage'),
};

/** Fetches the page of this path while the app itself is still starting. */
export function fetchAhead(path: string): void {
  const page = path.slice(1);
  // A page that cannot be had is asked for again, and told of, when it is drawn.
  if (page in pages) void pages[page as keyof typeof pages]().catch(() => undefined);
}

const SignInPage = lazy(pages.signin);
const OidcReturnPage = lazy(() => import('../pages/OidcReturnPage'));
const RegisterPage = lazy(pages.register);
const WelcomePage = lazy(() => import('../pages/WelcomePage'));
const TodayPage = lazy(pages.today);
const PlanPage = lazy(pages.plan);
const TrainPage = lazy(pages.train);
const HistoryPage = lazy(pages.history);
const WorkoutPage = lazy(() => import('../pages/WorkoutPage'));
const EditWorkoutPage = lazy(() => import('../pages/EditWorkoutPage'));
const ProgressPage = lazy(pages.progress);
const BodyPage = lazy(() => import('../pages/BodyPage'));
const CoachPage = lazy(pages.coach);
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
                <Route path="/signin" element={<SignInPage />} />
                <Route path="/signin/return" element={<OidcReturnPage />} />
                <Route path="/register" element={<RegisterPage />} />
              </Route>
              <Route path="/about" element={<Frame />}>
                <Route index element={<AboutPage />} />
              </Route>
              <Route element={<Members />}>
                <Route element={<Frame />}>
                  <Route path="/today" element={<TodayPage />} />
                  <Route path="/plan" element={<PlanPage />} />
                  <Route path="/history" element={<HistoryPage />} />
                  <Route path="/history/new" element={<EditWorkoutPage />} />
                  <Route path="/history/:id" element={<WorkoutPage />} />
                  <Route path="/history/:id/edit" element={<EditWorkoutPage />} />
                  <Route path="/progress" element={<ProgressPage />} />
                  <Route path="/body" element={<BodyPage />} />
                  <Route path="/coach" element={<CoachPage />} />
                  <Route path="/settings" element={<SettingsPage />} />
                  <Route path="/devices" element={<DevicesPage />} />
                  <Route path="/import" element={<ImportPage />} />
                  <Route path="/privacy" element={<PrivacyPage />} />
                  <Route path="/manage/*" element={<Administrators />} />
                </Route>
                <Route element={<Bare />}>
                  <Route path="/welcome" element={<WelcomePage />} />
                  <Route path="/train" element={<TrainPage />} />
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
